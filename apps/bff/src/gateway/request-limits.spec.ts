import { once } from 'node:events';
import { connect } from 'node:net';
import { text } from 'node:stream/consumers';
import { afterEach, describe, expect, it } from '@jest/globals';
import { document, runScenario } from '@bff/testing';
import type { BffScenario, ScenarioWorld } from '@bff/testing';
import { listCalls, startBffWorld } from '../bff.fixture.js';

let world: ScenarioWorld | undefined;
afterEach(async () => {
  await world?.close();
  world = undefined;
});

async function play(env: Record<string, string>, body: (t: BffScenario, open: ScenarioWorld) => Promise<void>) {
  const open = (world = await startBffWorld(env));
  await runScenario(open, 'bounds', (t) => body(t, open));
}

const PAGE = document('{ catalogPage { categories { id } } }');

/** A request that stays in flight until it is aborted. Resolves with a function that aborts it. */
async function hang(t: BffScenario, as: string | null): Promise<() => Promise<unknown>> {
  t.catalog.listCategories.fail('hang');
  const over = new AbortController();
  const hanging = t
    .as(as, over.signal)
    .gql(PAGE)
    .catch(() => 'aborted');
  while (listCalls(t).length === 0) await new Promise((resolve) => setTimeout(resolve, 5));
  return () => {
    over.abort();
    return hanging;
  };
}

describe('requests in flight', () => {
  it('are limited for each viewer; another viewer is not affected', async () => {
    await play({ MAX_REQUESTS_PER_VIEWER: '1', COALESCE_OPERATIONS: 'false' }, async (t) => {
      const abort = await hang(t, 'ada');
      const { status, raw } = await t.as('ada').gql(document('{ __typename }'));
      expect(status).toBe(429);
      expect(raw).toMatchObject({
        errors: [{ extensions: { code: 'TOO_MANY_REQUESTS', limit: 'MAX_REQUESTS_PER_VIEWER', retryable: true } }],
      });
      expect((await t.as('bob').gql(document('{ __typename }'))).status).toBe(200);
      await abort();
      for (const until = Date.now() + 5_000; Date.now() < until;)
        if ((await t.as('ada').gql(document('{ __typename }'))).status === 200) return;
      throw new Error('The place was not released');
    });
  });

  it('are limited for each IP address, which is the one that a trusted proxy names', async () => {
    const env = { MAX_REQUESTS_PER_ADDRESS: '1', TRUST_PROXY: '127.0.0.1' };
    await play(env, async (t, { graphqlUrl }) => {
      const abort = await hang(t, null);
      const ask = async (from: Record<string, string>): Promise<number> => {
        const init = { method: 'POST', body: '{"query":"{ __typename }"}' };
        return (await fetch(graphqlUrl, { ...init, headers: { 'content-type': 'application/json', ...from } })).status;
      };
      expect(await ask({})).toBe(429);
      expect(await ask({ 'x-forwarded-for': '192.0.2.7' })).toBe(200);
      await abort();
    });
  });
});

describe('a request whose body does not arrive in time', () => {
  it('gets 408, in the format of every error', async () => {
    await play({ REQUEST_TIMEOUT_MS: '200' }, async (_, { graphqlUrl }) => {
      const socket = connect(Number(new URL(graphqlUrl).port), '127.0.0.1');
      socket.write('POST /graphql HTTP/1.1\r\nhost: a\r\ncontent-type: application/json\r\ncontent-length: 9\r\n\r\n{');
      const answer = await text(socket);
      expect(answer).toMatch(/^HTTP\/1.1 408 /);
      expect(answer).toContain('"extensions":{"code":"BAD_REQUEST"}');
    });
  });
});

describe('a BFF that shuts down', () => {
  it('responds to requests in flight, ends streams and sockets, and closes connections with half a request', async () => {
    await play({}, async (t, open) => {
      const token = await open.createToken('ada');
      const stream = await fetch(`${open.graphqlUrl}/stream`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', accept: 'text/event-stream', authorization: `Bearer ${token}` },
        body: '{"query":"subscription { orderProgress(orderId: \\"o-1\\") { id } }"}',
      });
      const half = connect(Number(new URL(open.graphqlUrl).port), '127.0.0.1');
      half.on('error', () => undefined);
      half.write('POST /graphql HTTP/1.1\r\nhost: a\r\ncontent-type: application/json\r\ncontent-length: 9\r\n\r\n{');
      t.catalog.listCategories.fail({ latency: 2_000 });
      const answer = t.as(null).gql(PAGE);
      while (listCalls(t).length === 0) await new Promise((resolve) => setTimeout(resolve, 5));
      const began = performance.now();
      const closing = open.close();
      // The stream ends without `complete`, and is not reset: the client resumes at another BFF.
      expect(await stream.text()).toBe(':\n\n');
      await once(half, 'close');
      expect(await answer).toMatchObject({ status: 200, data: { catalogPage: { categories: [{ id: 'kitchen' }] } } });
      await closing;
      expect(performance.now() - began).toBeLessThan(9_000);
      world = undefined;
    });
  });
});
