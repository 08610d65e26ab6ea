import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { useTemporaryFolder } from '@bff/testing';
import { Fakes, shopSeed } from '@bff/fakes';
import { startBffOver, signToken } from '../../bff.fixture.js';
import { breakServices, FAULTS } from './faults.fixture.js';
import { toComparableResponse } from './comparable-response.fixture.js';
import { RandomDocuments } from './random-documents.fixture.js';
import type { RandomRequest } from './random-documents.fixture.js';

/** `FUZZ_SEED=7 FUZZ_DOCUMENTS=5000 npm run test:fuzz` compares other documents, and more of them. */
const SEED = Number(process.env['FUZZ_SEED'] ?? 1);
const DOCUMENTS = Number(process.env['FUZZ_DOCUMENTS'] ?? 240);

const TIMEOUT_MS = 60_000 + DOCUMENTS * 300;

/** Each scope of the fakes serves this many documents, so that its journal stays short. */
const BATCH = 40;

/** Without what makes two runs of one BFF differ: breakers, retries, caches. */
const STEADY = {
  DOWNSTREAM_RETRIES: '0',
  DOWNSTREAM_BREAKER_WINDOW_CALLS: '10000',
  DOWNSTREAM_BREAKER_MIN_CALLS: '10000',
  CATALOG_STALE_MS: '0',
  MAX_DOWNSTREAM_CALLS: '10000',
  ORCHESTRATOR_API_URL: 'http://127.0.0.1:1',
  ENGINE_INGRESS_URL: 'http://127.0.0.1:1',
};

type Bff = Awaited<ReturnType<typeof startBffOver>>;

const manifest = join(useTemporaryFolder('fuzz'), 'manifest.json');
let fakes: Fakes;
let standard: Bff;
let compiled: Bff;
let trusted: Bff;
let requests: readonly RandomRequest[];
beforeAll(async () => {
  fakes = await Fakes.start({ seed: shopSeed, unknownScopes: 'reject' });
  // graphql-js alone.
  standard = await startBffOver(fakes, { ...STEADY, COMPILE_AFTER_EXECUTIONS: '1000000' });
  const random = new RandomDocuments(standard.schema);
  requests = Array.from({ length: DOCUMENTS }, (_, nth) => random.generate(SEED * 1_000_003 + nth) ?? []).flat();
  writeFileSync(manifest, JSON.stringify(Object.fromEntries(requests.map(({ query }, nth) => [`d${nth}`, query]))));
  compiled = await startBffOver(fakes, { ...STEADY, COMPILE_AFTER_EXECUTIONS: '0' });
  trusted = await startBffOver(fakes, { ...STEADY, TRUSTED_DOCUMENTS: manifest, ALLOW_UNTRUSTED_DOCUMENTS: 'false' });
}, TIMEOUT_MS);
afterAll(async () => {
  await Promise.all([standard, compiled, trusted].map((bff) => bff.close()));
  await fakes.close();
});

interface Case {
  readonly request: RandomRequest;
  readonly headers: Readonly<Record<string, string>>;
}

async function ask({ graphqlUrl }: Bff, { request, headers }: Case, document: object): Promise<unknown> {
  const { method, variables, accept } = request;
  const all = { ...headers, accept, 'content-type': 'application/json' };
  if (method === 'POST')
    return toComparableResponse(
      await fetch(graphqlUrl, { method, headers: all, body: JSON.stringify({ ...document, variables }) }),
    );
  const search = new URLSearchParams({ ...document, variables: JSON.stringify(variables) });
  return toComparableResponse(await fetch(`${graphqlUrl}?${search.toString()}`, { headers: all }));
}

function isSame(one: unknown, other: unknown): boolean {
  return JSON.stringify(one) === JSON.stringify(other);
}

/**
 * When several services fail, it is chance which errors a response has whose data is null: that of graphql-js varies, too. A
 * difference is no chance when it remains in every attempt.
 */
async function isChance(one: Case, bff: Bff, document: object): Promise<boolean> {
  for (let again = 0; again < 10; again++) {
    const [expected, answer] = await Promise.all([
      ask(standard, one, { query: one.request.query }),
      ask(bff, one, document),
    ]);
    if (isSame(answer, expected)) return true;
  }
  return false;
}

/** Three viewers, each with every fault in turn. */
async function createHeaders(nth: number, scope: string): Promise<Readonly<Record<string, string>>> {
  const viewer = nth % 3;
  const baggage = { baggage: `scope=${scope}` };
  if (viewer === 0) return baggage;
  const token = await (viewer === 1 ? signToken('ada') : signToken('bob', { roles: ['operator'] }));
  return { ...baggage, authorization: `Bearer ${token}` };
}

it(
  `gives ${DOCUMENTS} random documents the same response in all three ways: status, text, errors and their paths`,
  async () => {
    const differences: unknown[] = [];
    for (const [nth, request] of requests.entries()) {
      const fault = FAULTS[Math.floor(nth / 3) % FAULTS.length] ?? 'none';
      const scope = `fuzz-${fault}-${Math.floor(nth / BATCH)}`;
      if (!fakes.has(scope)) breakServices(fakes.getOrBeginScope(scope), fault);
      const one = { request, headers: await createHeaders(nth, scope) };
      const ways: readonly (readonly [string, Bff, object])[] = [
        ['compiled', compiled, { query: request.query }],
        ['trusted', trusted, { documentId: `d${nth}` }],
      ];
      const [expected, ...answers] = await Promise.all([
        ask(standard, one, { query: request.query }),
        ...ways.map(([, bff, document]) => ask(bff, one, document)),
      ]);
      for (const [which, [way, bff, document]] of ways.entries()) {
        const answer = answers[which];
        if (isSame(answer, expected) || (await isChance(one, bff, document))) continue;
        differences.push({ way, nth, fault, ...one, expected, answer });
      }
      if (nth % BATCH === BATCH - 1) for (const { id } of fakes.scopes) fakes.end(id);
    }
    expect(differences.slice(0, 5)).toEqual([]);
    // Most random documents are valid, and are compared.
    expect(requests.length).toBeGreaterThan(DOCUMENTS * 0.6);
  },
  TIMEOUT_MS,
);
