import { describe, expect, it } from '@jest/globals';
import { getContract } from '@bff/contracts';
import type { Contract, OperationId, ServiceName } from '@bff/contracts';
import { buildBadRequests } from './contract-suite.bad-requests.js';
import type { BadRequest } from './contract-suite.bad-requests.js';
import { createServiceCaller } from './contract-suite.caller.js';
import type { ServiceRequest } from './contract-suite.caller.js';

/** One request, and its expected response: 200, or status and code of a rejection. */
export interface ContractStep<S extends ServiceName> {
  readonly operation: OperationId<S>;
  readonly request: ServiceRequest;
  readonly answers: 200 | `${409 | 422} ${string}`;
}

/** The requests that test a contract. The same for a service and for its fake. */
export interface ContractCase<S extends ServiceName> {
  readonly service: S;
  /** Asked one after the other. Together they get a 200 from every operation, and every code that the contract knows. */
  readonly steps: readonly ContractStep<S>[];
  /** Codes that need more than requests, such as time; another spec provokes them. */
  readonly elsewhere?: readonly string[];
}

export interface ContractSuite<S extends ServiceName> extends ContractCase<S> {
  /** The base URL. Asked for inside the tests, so that it may come from a beforeAll. */
  readonly url: () => string;
}

/** Checks a service's responses to every operation, and to every kind of broken request, against its OpenAPI document. */
export function testContract<S extends ServiceName>({ service, url, steps, elsewhere = [] }: ContractSuite<S>): void {
  const contract = getContract(service);
  const operations = [...contract.operations.values()];

  describe(`the ${service} service and its contract`, () => {
    it.each(steps)('$operation answers $answers', async ({ operation, request, answers }) => {
      const { status, body } = await createServiceCaller(service, url)(operation, request);
      expect(answers === 200 ? status : `${status} ${String((body as { code?: unknown }).code)}`).toBe(answers);
    });

    it('leaves out no operation and no code', () => {
      const answered = steps.filter((step) => step.answers === 200).map((step) => step.operation);
      const said = steps.flatMap(({ answers }) => (answers === 200 ? [] : [answers.slice('409 '.length)]));
      expect(new Set<string>(answered)).toEqual(new Set(contract.operations.keys()));
      expect(new Set([...said, ...elsewhere])).toEqual(new Set(getRejectionCodes(contract)));
    });

    const broken = operations.flatMap((operation) => {
      const good = steps.find((step) => step.operation === operation.id && step.answers === 200);
      return good ? buildBadRequests(contract, operation, good.request) : [];
    });
    it.each(broken)('the response to a broken request says what is wrong: $name', async (request) => {
      const { status, body } = await ask(url(), request);
      expect({ status, body }).toEqual({
        status: request.status,
        body: {
          code: request.status === 413 ? 'PAYLOAD_TOO_LARGE' : 'BAD_REQUEST',
          message: expect.stringContaining(request.where),
        },
      });
      request.operation.checkAnswer(status, body);
    });
  });

  describe(`the ${service} service beside its contract`, () => {
    it.each([
      ['an unknown address', 'GET', '/nonsense'],
      ['the root', 'GET', '/'],
      ['a method that an address does not have', 'PATCH', operations[0]?.path ?? ''],
    ])('answers NOT_FOUND to %s', async (_, method, address) => {
      const answer = await ask(url(), { address, init: { method } });
      expect(answer).toEqual({ status: 404, body: { code: 'NOT_FOUND', message: expect.any(String) } });
    });

    it.each([
      ['cannot be decoded', '/%zz'],
      ['is far too long', (operations.at(-1)?.path ?? '').replaceAll(/\{\w+\}/g, 'x'.repeat(2_000))],
    ])('answers BAD_REQUEST to an address that %s', async (_, address) => {
      const answer = await ask(url(), { address, init: { method: 'POST' } });
      expect(answer).toEqual({ status: 400, body: { code: 'BAD_REQUEST', message: expect.any(String) } });
    });

    it('serves its document', async () => {
      const response = await fetch(`${url()}/openapi.json`);
      expect(response.headers.get('content-type')).toBe('application/json; charset=utf-8');
      expect(await response.json()).toEqual(contract.document);
    });

    it('is live and ready', async () => {
      expect(await ask(url(), { address: '/health/live', init: {} })).toEqual({
        status: 200,
        body: { status: 'live' },
      });
      expect(await ask(url(), { address: '/health/ready', init: {} })).toEqual({
        status: 200,
        body: { status: 'ready' },
      });
    });
  });
}

async function ask(url: string, { address, init }: Pick<BadRequest, 'address' | 'init'>) {
  const response = await fetch(url + address, init);
  expect(response.headers.get('content-type')).toBe('application/json; charset=utf-8');
  return { status: response.status, body: await response.json() };
}

function getRejectionCodes({ document }: Contract): readonly string[] {
  // Every document lists its rejection codes here; its types are generated from the same place.
  const rejection = document.components['schemas']?.['Rejection'] as { properties: { code: { enum: string[] } } };
  return rejection.properties.code.enum;
}
