import { request as send } from 'node:http';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { getContract } from '@bff/contracts';
import type { ServiceName } from '@bff/contracts';
import { Fakes, createNorthwindSeed } from '@bff/fakes';
import type { ContractStep } from './contract-suite.js';
import { createWireCases } from './wire-cases.js';
import type { WireCase } from './wire-cases.js';

/** The seed of the cases in `npm test`; WIRE_SEED and WIRE_CASES in the environment make others, and more. */
const SEED = Number(process.env['WIRE_SEED'] ?? 1);
const MIXED = Number(process.env['WIRE_CASES'] ?? 100);

/** Where a fake may differ from its service, and why. */
export interface WireDifference {
  readonly cases: RegExp;
  readonly reason: string;
}

export interface WireSuite<S extends ServiceName> {
  readonly service: S;
  /** The base URL of the real service, filled with Northwind. Asked for inside the tests. */
  readonly url: () => string;
  readonly steps: readonly ContractStep<S>[];
  readonly differences?: readonly WireDifference[];
}

/** Sends a real service and its fake the same odd requests, derived from the contract, and expects the same answers. */
export function testWire<S extends ServiceName>({ service, url, steps, differences = [] }: WireSuite<S>): void {
  let fakes: Fakes;
  beforeAll(async () => {
    fakes = await Fakes.start({ seed: createNorthwindSeed(), unknownScopes: 'create' });
  });
  afterAll(() => fakes.close());
  const cases = createWireCases(service, steps, { seed: SEED, mixed: MIXED });

  describe(`the fake of the ${service} service, on the wire`, () => {
    it('is asked odd things about every operation', () => {
      const asked = new Set(cases.map(({ name }) => name.split(':')[0]));
      expect([...asked].sort()).toEqual([...getContract(service).operations.keys()].sort());
    });

    it(`answers ${cases.length} odd requests as the service does (seed ${SEED})`, async () => {
      const unlike: unknown[] = [];
      const used = new Set<WireDifference>();
      let answered = 0;
      for (const one of cases) {
        // One after the other: what is written must be written in the same order.
        const [real, fake] = [await sendCase(url(), one), await sendCase(fakes.urls[service], one)];
        if (real.status > 0) answered += 1;
        if (JSON.stringify(real) === JSON.stringify(fake)) continue;
        const known = differences.find((difference) => difference.cases.test(one.name));
        if (known) used.add(known);
        else unlike.push({ case: one.name, request: `${one.method} ${one.target}`, real, fake });
      }
      expect(unlike).toEqual([]);
      expect(answered).toBe(cases.length);
      expect(differences.filter((difference) => !used.has(difference))).toEqual([]);
    }, 120_000);
  });
}

interface WireAnswer {
  /** 0 when the connection was cut. */
  readonly status: number;
  readonly type: string | undefined;
  /** Whole when it was granted; the code alone when it was not, for the words may be a parser's own. */
  readonly body: unknown;
}

function sendCase(url: string, { method, target, headers, body }: WireCase): Promise<WireAnswer> {
  return new Promise((resolve) => {
    const { hostname, port } = new URL(url);
    const outgoing = send({ hostname, port, path: target, method, agent: false }, (response) => {
      void text(response).then((answer) => {
        const { statusCode: status = 0, headers: got } = response;
        resolve({ status, type: got['content-type'], body: normalizeBody(status, answer) });
      });
    });
    for (const [name, values] of Map.groupBy(headers, ([one]) => one))
      outgoing.setHeader(
        name,
        values.map(([, value]) => Buffer.from(value).toString('latin1')),
      );
    if (body !== undefined) outgoing.setHeader('content-length', Buffer.byteLength(body));
    outgoing.once('error', () => resolve({ status: 0, type: undefined, body: undefined }));
    outgoing.end(body);
  });
}

/** A time of this century, when nothing of Northwind happened. */
const NOW = /"2\d{3}-\d\d-\d\dT[^"]*"/g;

function normalizeBody(status: number, answer: string): unknown {
  if (answer === '') return null;
  try {
    const body = JSON.parse(answer.replaceAll(NOW, '"now"')) as { readonly code?: unknown };
    return status === 200 ? sortDeep(body) : body.code;
  } catch {
    return answer;
  }
}

/** The same value for the same content: contracts promise no order of names, and not always one of items. */
function sortDeep(value: unknown): unknown {
  if (Array.isArray(value)) return value.map((one) => JSON.stringify(sortDeep(one))).sort();
  if (typeof value !== 'object' || value === null) return value;
  const parts = Object.entries(value).filter(([name]) => name !== 'nextCursor');
  return Object.fromEntries(
    parts.map(([name, part]) => [name, sortDeep(part)] as const).sort(([a], [b]) => (a < b ? -1 : 1)),
  );
}
