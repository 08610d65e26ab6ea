import { createHash } from 'node:crypto';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SignJWT } from 'jose';
import { projectRoot } from '../../tools/project.js';
import { contest } from './contest.js';
import type { Contender, Place } from './contest.js';
import { post } from './load.js';
import type { LoadRequest } from './load.js';
import type { Report } from './report.js';
import { CALLS_PER_PAGE, customerIds, expectedPage, PAGE_QUERY } from './shop.js';

const SECRET = 'a secret that only the benches know, of some length';

const root = projectRoot();
const hash = createHash('sha256').update(PAGE_QUERY).digest('hex');

/** What a frontend's build would have written. */
function manifestFile(): string {
  const file = join(mkdtempSync(join(tmpdir(), 'bff-bench-')), 'manifest.json');
  writeFileSync(file, JSON.stringify({ [hash]: PAGE_QUERY }));
  return file;
}

type HeadersOf = (viewer: string) => Readonly<Record<string, string>>;

/** Requests of one viewer after the other; a body that was right once is compared as text from then on. */
function requestsOf(viewers: readonly string[], headersOf: HeadersOf, body: object): Contender['requests'] {
  return (url) => {
    const requests = viewers.map((viewer): LoadRequest => {
      const expected = expectedPage(viewer);
      let right: string | undefined;
      return {
        bytes: post(url, headersOf(viewer), body),
        isRight: (text) => {
          if (text === right) return true;
          const { data } = JSON.parse(text) as { data: unknown };
          if (JSON.stringify(data) !== expected) return false;
          right = text;
          return true;
        },
      };
    });
    let nth = 0;
    return () => {
      const request = requests[nth++ % requests.length];
      if (!request) throw new Error('There is nobody to ask for');
      return request;
    };
  };
}

/** They are told who asks; the BFF takes a signed token. */
function peer(name: string, file: string, viewers: readonly string[]): Contender {
  return {
    name,
    command: () => [process.execPath, join(root, 'bench/peers', file)],
    env: ({ port, downstream }) => ({ PORT: String(port), DOWNSTREAM: downstream }),
    readyPath: '/',
    requests: requestsOf(viewers, (viewer) => ({ 'x-viewer': viewer }), {
      query: PAGE_QUERY,
      operationName: 'AccountPage',
    }),
  };
}

/** In production, as its documentation says to start it. */
function bff(
  name: string,
  viewers: readonly string[],
  tokens: ReadonlyMap<string, string>,
  { body, env }: { readonly body: object; readonly env: Readonly<Record<string, string>> },
): Contender {
  return {
    name: `this BFF, ${name}`,
    command: () => [process.execPath, '--enable-source-maps', join(root, 'dist/apps/bff/src/main.js')],
    env: ({ port, downstream }: Place) => ({
      ...{ NODE_ENV: 'production', JWT_SECRET: SECRET, METRICS_TOKEN: SECRET, BFF_PORT: String(port) },
      ...{ ORDER_URL: downstream, CUSTOMER_URL: downstream, CATALOG_URL: downstream },
      ...env,
    }),
    readyPath: '/health/live',
    requests: requestsOf(viewers, (viewer) => ({ authorization: `Bearer ${tokens.get(viewer) ?? ''}` }), body),
  };
}

const ALONE = { DOWNSTREAM_COALESCE: 'false', COALESCE_OPERATIONS: 'false' };

async function tokensOf(viewers: readonly string[]): Promise<ReadonlyMap<string, string>> {
  const tokens = viewers.map(async (viewer) => {
    const token = new SignJWT({}).setProtectedHeader({ alg: 'HS256' }).setSubject(viewer).setExpirationTime('2h');
    return [viewer, await token.sign(new TextEncoder().encode(SECRET))] as const;
  });
  return new Map(await Promise.all(tokens));
}

const TEXT =
  'A customer, twenty orders, sixty lines over forty products: three calls in two waves. The BFF checks a signed token and holds every answer of a service against its contract; the peers do neither.';

/** The page workload: distinct viewers, and one viewer again and again. */
export async function pageReports(): Promise<readonly Report[]> {
  const tokens = await tokensOf(customerIds);
  const known = { body: { documentId: hash }, trusted: { TRUSTED_DOCUMENTS: manifestFile() } };
  const trusted = { body: known.body, env: { ...ALONE, ...known.trusted } };
  const text = { query: PAGE_QUERY, operationName: 'AccountPage' };
  const unknown = { body: text, env: { ...ALONE, UNKNOWN_DOCUMENTS: 'accepted' } };
  const floor = (viewers: readonly string[]) => peer('floor: node:http + undici, no GraphQL', 'floor.mjs', viewers);
  const distinct = await contest('the page', [
    floor(customerIds),
    bff('trusted document', customerIds, tokens, trusted),
    bff('any document', customerIds, tokens, unknown),
    peer('Mercurius + jit + undici', 'mercurius.mjs', customerIds),
    peer('Yoga + undici', 'yoga.mjs', customerIds),
    peer('textbook: Nest + Apollo + Express + axios', 'textbook.mjs', customerIds),
  ]);
  const one = customerIds.slice(0, 1);
  const hot = await contest('the page of one viewer', [
    floor(one),
    bff('trusted document, no coalescing', one, tokens, trusted),
    bff('trusted document, coalescing', one, tokens, { body: known.body, env: known.trusted }),
  ]);
  return [
    {
      title: 'The page, distinct viewers, no coalescing',
      text: `${TEXT} 400 viewers in turns.`,
      ...{ rows: distinct, leastCalls: CALLS_PER_PAGE },
    },
    {
      title: 'The page of one viewer',
      text: 'The same page, asked for by one viewer over 32 connections. With coalescing, identical queries in flight are answered once.',
      rows: hot,
    },
  ];
}
