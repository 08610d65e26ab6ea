import { join } from 'node:path';
import { BFF_START } from '../../tools/stack/bff-start.js';
import { findProjectRoot } from '../../tools/stack/project.js';
import { measureContenders } from './contest.js';
import type { Contender } from './contest.js';
import { post } from './load.js';
import type { LoadRequest } from './load.js';
import type { Report } from './report.js';
import { ALONE, buildBffCommand, buildBffEnv, hashQuery, createHeaders, writeManifest } from './shop-gateway.js';
import type { Start } from './shop-gateway.js';
import { CALLS_PER_PAGE, customerIds, PAGE_QUERY, createPageCheck } from './shop.js';

type HeadersOf = (viewer: string) => Readonly<Record<string, string>>;

/** Requests of one viewer after the other. */
function createRequests(viewers: readonly string[], headersOf: HeadersOf, body: object): Contender['requests'] {
  return (url) => {
    const requests = viewers.map((viewer): LoadRequest => ({
      bytes: post(url, headersOf(viewer), body),
      isRight: createPageCheck(viewer),
    }));
    let nth = 0;
    return () => {
      const request = requests[nth++ % requests.length];
      if (!request) throw new Error('There is no customer to ask for');
      return request;
    };
  };
}

/** Node as it is. */
const PLAIN: Start = { options: [], env: {} };

/** They get the id of the viewer; the BFF takes a signed token. */
function createPeer(name: string, file: string, viewers: readonly string[], { options, env } = PLAIN): Contender {
  return {
    name,
    command: () => [process.execPath, ...options, join(findProjectRoot(), 'bench/peers', file)],
    env: ({ port, downstream }) => ({ ...env, PORT: String(port), DOWNSTREAM: downstream }),
    readyPath: '/',
    requests: createRequests(viewers, (viewer) => ({ 'x-viewer': viewer }), {
      query: PAGE_QUERY,
      operationName: 'AccountPage',
    }),
  };
}

/** The body of a request to this BFF, and its configuration. */
interface Asking {
  readonly body: object;
  readonly env: Readonly<Record<string, string>>;
  readonly coalesces?: boolean;
  readonly start?: Start;
}

type Tokens = Awaited<ReturnType<typeof createHeaders>>;

/** In production, started as its documentation says unless something else is given. */
function createBff(name: string, viewers: readonly string[], tokens: Tokens, asking: Asking): Contender {
  const { body, env, coalesces = false, start } = asking;
  return {
    name: `this BFF, ${name}`,
    command: () => buildBffCommand(start),
    env: (place) => buildBffEnv(place, env, start),
    readyPath: '/health/live',
    ...(coalesces ? {} : { calls: CALLS_PER_PAGE }),
    requests: createRequests(viewers, (viewer) => tokens.get(viewer) ?? {}, body),
  };
}

const TEXT =
  'A customer, twenty orders, sixty lines over forty products: three calls in two waves. No two viewers ask for the same products, of which fifty are sold in a second. The BFF checks a signed token and holds every answer of a service against its contract; the peers do neither. Three calls are the fewest that will do, and the run fails when this BFF makes another number. With coalescing, as production has it, it looks for equal requests in flight, and finds none. It is started with the settings of Node that its documentation names, and once without; Mercurius without, and once with them.';

/** The page workload: distinct viewers, and one viewer again and again. */
export async function measurePage(): Promise<readonly Report[]> {
  const tokens = await createHeaders(customerIds);
  const known = {
    body: { documentId: hashQuery(PAGE_QUERY) },
    trusted: { TRUSTED_DOCUMENTS: writeManifest(PAGE_QUERY) },
  };
  const trusted = { body: known.body, env: { ...ALONE, ...known.trusted } };
  const text = { query: PAGE_QUERY, operationName: 'AccountPage' };
  const unknown = { body: text, env: { ...ALONE, ALLOW_UNTRUSTED_DOCUMENTS: 'true' } };
  const createFloor = (viewers: readonly string[]) =>
    createPeer('floor: node:http + undici, no GraphQL', 'floor.mjs', viewers);
  const distinct = await measureContenders('the page', [
    createFloor(customerIds),
    createBff('trusted document', customerIds, tokens, trusted),
    createBff('any document', customerIds, tokens, unknown),
    createBff('trusted document, coalescing', customerIds, tokens, {
      body: known.body,
      env: known.trusted,
      coalesces: true,
    }),
    createBff('trusted document, Node as it is', customerIds, tokens, { ...trusted, start: PLAIN }),
    createPeer('Mercurius + jit + undici', 'mercurius.mjs', customerIds),
    createPeer("Mercurius + jit + undici, this BFF's settings of Node", 'mercurius.mjs', customerIds, BFF_START),
    createPeer('Yoga + undici', 'yoga.mjs', customerIds),
    createPeer('textbook: Nest + Apollo + Express + axios', 'textbook.mjs', customerIds),
  ]);
  const one = customerIds.slice(0, 1);
  const hot = await measureContenders('the page of one viewer', [
    createFloor(one),
    createBff('trusted document, no coalescing', one, tokens, trusted),
    createBff('trusted document, coalescing', one, tokens, {
      body: known.body,
      env: known.trusted,
      coalesces: true,
    }),
  ]);
  return [
    {
      title: 'The page, distinct viewers, no coalescing',
      text: `${TEXT} 400 viewers in turns.`,
      rows: distinct,
    },
    {
      title: 'The page of one viewer',
      text: 'The same page, asked for by one viewer over 32 connections. With coalescing, identical queries in flight are answered once. The products are the same every time: this BFF has checked that answer before, and keeps it parsed.',
      rows: hot,
    },
  ];
}
