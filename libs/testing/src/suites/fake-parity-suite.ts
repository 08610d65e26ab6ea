import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { getContract } from '@bff/contracts';
import type { OperationId, ServiceName } from '@bff/contracts';
import { Fakes, createNorthwindSeed } from '@bff/fakes';
import type { ContractStep } from './contract-suite.js';
import { createServiceCaller } from './contract-suite.caller.js';
import type { ServiceAnswer, ServiceCaller, ServiceRequest } from './contract-suite.caller.js';

/** Some questions to one operation. A list is read to its last page. */
export interface ParityRead<S extends ServiceName> {
  readonly operation: OperationId<S>;
  readonly about: string;
  readonly requests: readonly ServiceRequest[];
  /** True where the contract promises no order of the items. */
  readonly anyOrder?: boolean;
}

export interface FakeParitySuite<S extends ServiceName> {
  readonly service: S;
  /** The base URL of the real service, filled with Northwind and otherwise untouched. Asked for inside the tests. */
  readonly url: () => string;
  readonly reads: readonly ParityRead<S>[];
  /** The steps of the service's contract. Those that write are asked one after the other. */
  readonly steps: readonly ContractStep<S>[];
}

/** Sends a real service and its fake the same requests, and expects identical responses. */
export function testFakeParity<S extends ServiceName>({ service, url, reads, steps }: FakeParitySuite<S>): void {
  let fakes: Fakes;
  beforeAll(async () => {
    fakes = await Fakes.start({ seed: createNorthwindSeed(), unknownScopes: 'create' });
  });
  afterAll(() => fakes.close());

  const real = createServiceCaller(service, url);
  const fake = createServiceCaller(service, () => fakes.urls[service]);
  const writes = steps.filter(({ operation }) => getContract(service).operations.get(operation)?.method !== 'GET');
  const expectSameAnswers = async (read: ParityRead<S>): Promise<void> => {
    expect(await readAnswers(fake, read)).toEqual(await readAnswers(real, read));
  };

  describe(`the fake of the ${service} service`, () => {
    it.each(reads)('answers $operation as the service does: $about', expectSameAnswers);

    it.each(writes)('answers $operation as the service does: $answers', async ({ operation, request }) => {
      expect(removeNow(await fake(operation, request))).toEqual(removeNow(await real(operation, request)));
    });

    it.each(reads)('answers $operation as the service does after all that was written: $about', expectSameAnswers);
  });
}

/** A request with this query. */
export function withQuery(parameters: NonNullable<ServiceRequest['query']>): ServiceRequest {
  return { query: parameters };
}

/** The place of a list where the last thing that was seen has these sort keys, as services write it. */
export function toCursor(keys: readonly string[]): string {
  return Buffer.from(JSON.stringify(keys)).toString('base64url');
}

/** Ids in lists as long as a contract allows, separated by commas. */
export function toBatches(ids: readonly string[]): readonly string[] {
  return Array.from({ length: Math.ceil(ids.length / 100) }, (_, index) =>
    ids.slice(index * 100, (index + 1) * 100).join(),
  );
}

async function readAnswers<S extends ServiceName>(
  call: ServiceCaller<S>,
  { operation, requests, anyOrder = false }: ParityRead<S>,
): Promise<readonly unknown[]> {
  const answers: unknown[] = [];
  for (const request of requests)
    for await (const answer of readPages(call, operation, request)) {
      // Two failing servers would be equal, too.
      expect(answer.status).toBe(200);
      answers.push({ request, answer: removeNow(anyOrder ? sortItems(answer) : answer) });
    }
  // Two empty lists would be equal, too.
  if (answers.length === 0) throw new Error(`${operation} was asked nothing`);
  return answers;
}

/** The answer to a request; a list is read on to its last page. */
async function* readPages<S extends ServiceName>(
  call: ServiceCaller<S>,
  operation: OperationId<S>,
  request: ServiceRequest,
): AsyncGenerator<ServiceAnswer> {
  let answer = await call(operation, request);
  yield answer;
  for (;;) {
    const { nextCursor: after } = answer.body as { readonly nextCursor?: string | null };
    if (after === undefined || after === null) return;
    answer = await call(operation, { ...request, query: { ...request.query, after } });
    yield answer;
  }
}

interface Item {
  readonly id?: string;
  readonly orderId?: string;
  readonly productId?: string;
}

function sortItems(answer: ServiceAnswer): ServiceAnswer {
  const { items } = answer.body as { readonly items: readonly Item[] };
  const getKey = ({ productId, orderId, id }: Item) => productId ?? orderId ?? id ?? '';
  return { ...answer, body: { items: items.toSorted((a, b) => (getKey(a) < getKey(b) ? -1 : 1)) } };
}

/** A time of this century, when nothing of Northwind happened. */
const NOW = /^2\d{3}-\d\d-\d\dT/;

/** The answer without what two servers cannot have alike: when something was written here, and cursors, which hold such times. */
function removeNow(answer: ServiceAnswer): unknown {
  return JSON.parse(JSON.stringify(answer), (key, value: unknown) => {
    if (key === 'nextCursor' && value !== null) return 'a cursor';
    return typeof value === 'string' && NOW.test(value) ? 'now' : value;
  });
}
