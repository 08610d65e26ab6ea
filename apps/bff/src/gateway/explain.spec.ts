import { describe, expect, it } from '@jest/globals';
import type { Explained } from '@bff/page';
import { runScenario } from '@bff/testing';
import type { BffScenario } from '@bff/testing';
import { SignJWT } from 'jose';
import { BFF_SECRET, listCalls, startBffWorld } from '../bff.fixture.js';

/** Sends a query, and returns the explanation in the response. */
async function explain(
  t: BffScenario,
  url: string,
  query: string,
  headers: Readonly<Record<string, string>> = { 'x-explain': '1' },
): Promise<Explained | undefined> {
  const token = await tokenOf({});
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${token}`, baggage: t.baggage, ...headers },
    body: JSON.stringify({ query }),
  });
  return ((await response.json()) as { extensions?: { explain?: Explained } }).extensions?.explain;
}

function tokenOf(claims: Record<string, unknown>): Promise<string> {
  return new SignJWT(claims)
    .setProtectedHeader({ alg: 'HS256' })
    .setSubject('ada')
    .setExpirationTime('1h')
    .sign(new TextEncoder().encode(BFF_SECRET));
}

async function play(
  body: (t: BffScenario, url: string) => Promise<void>,
  env: Record<string, string> = {},
): Promise<void> {
  const world = await startBffWorld(env);
  try {
    await runScenario(world, 'explained', (t) => body(t, world.graphqlUrl));
  } finally {
    await world.close();
  }
}

const ORDER_PAGE =
  '{ orderPage(orderId: "o-1") { id customer { companyName } payment { state } lines { product { name } } } }';

describe('a response that is explained', () => {
  it.each([
    ['catalogPage', '{ catalogPage { categories { id } products { totalCount } } }'],
    ['productPage', '{ productPage(productId: "mug") { category { id } related { id } lastPurchase { orderId } } }'],
    ['accountPage', '{ accountPage { profile { companyName } orders { id lines { product { name } } } } }'],
    ['orderPage', ORDER_PAGE],
    [
      'checkoutPage',
      '{ checkoutPage(lines: [{ productId: "mug", quantity: 1 }]) { total { amount } addresses { id } } }',
    ],
  ])('names every downstream call of %s, and its times add up', async (_page, query) => {
    await play(async (t, url) => {
      const began = performance.now();
      const explained = await explain(t, url, query);
      const measured = performance.now() - began;
      if (!explained) throw new Error('The response has no explanation');
      const { calls, totalMs, downstreamMs, ownMs, text } = explained;
      expect(calls.map(({ service, operation }) => `${service}.${operation}`).sort()).toEqual(listCalls(t).sort());
      for (const call of calls)
        expect(call).toMatchObject({ outcome: 'ok', status: 200, attempt: 1, coalesced: false, breaker: 'closed' });
      expect(downstreamMs + ownMs).toBeCloseTo(totalMs);
      expect(totalMs).toBeLessThanOrEqual(measured);
      for (const { startMs, ms } of calls) expect(startMs + ms).toBeLessThanOrEqual(totalMs);
      expect(text.split('\n')).toHaveLength(calls.length + 1);
    });
  });

  it('shows batches, retries and failures', async () => {
    await play(async (t, url) => {
      t.catalog.getProducts.fail({ status: 503 });
      const explained = await explain(t, url, ORDER_PAGE);
      expect(explained?.calls.filter(({ service }) => service === 'catalog')).toEqual([
        expect.objectContaining({
          operation: 'getProducts',
          batch: 1,
          attempt: 1,
          outcome: 'DOWNSTREAM_UNAVAILABLE',
          status: 503,
        }),
        expect.objectContaining({
          operation: 'getProducts',
          batch: 1,
          attempt: 2,
          outcome: 'DOWNSTREAM_UNAVAILABLE',
          status: 503,
        }),
      ]);
      expect(explained?.text).toMatch(/catalog\.getProducts x1 attempt 2 +\|.*#.*\| .* DOWNSTREAM_UNAVAILABLE/);
    });
  });

  it('shows a contract violation', async () => {
    await play(async (t, url) => {
      t.catalog.getProducts.fail('lie');
      const explained = await explain(t, url, ORDER_PAGE);
      expect(explained?.calls.filter(({ service }) => service === 'catalog')).toEqual([
        expect.objectContaining({ operation: 'getProducts', outcome: 'CONTRACT_VIOLATION', status: 200 }),
      ]);
    });
  });

  it('shows an open circuit breaker, and coalesced calls', async () => {
    await play(async (t, url) => {
      t.catalog.getProducts.fail({ status: 503 });
      for (let page = 0; page < 8; page++) await explain(t, url, ORDER_PAGE);
      const open = await explain(t, url, ORDER_PAGE);
      expect(open?.calls.find(({ service }) => service === 'catalog')).toMatchObject({ breaker: 'open', status: null });

      t.customer.getCustomers.fail({ latency: 100 });
      const twice = await Promise.all([explain(t, url, ORDER_PAGE), explain(t, url, ORDER_PAGE)]);
      const shared = twice.flatMap((one) => one?.calls.filter(({ coalesced }) => coalesced) ?? []);
      expect(shared.map(({ operation }) => operation)).toContain('getCustomers');
    });
  });

  it('has all calls in the last part of an incremental response', async () => {
    await play(async (t, url) => {
      t.customer.getPayments.fail({ latency: 50 });
      const response = await fetch(url, {
        method: 'POST',
        headers: {
          'content-type': 'application/json',
          accept: 'multipart/mixed; deferSpec=20220824',
          authorization: `Bearer ${await tokenOf({})}`,
          baggage: t.baggage,
          'x-explain': '1',
        },
        body: JSON.stringify({ query: '{ orderPage(orderId: "o-1") { id ... @defer { payment { state } } } }' }),
      });
      const parts = (await response.text()).split('---').flatMap((part) => {
        const json = part.slice(part.indexOf('{'), part.lastIndexOf('}') + 1);
        return json === '' ? [] : [JSON.parse(json) as { hasNext: boolean; extensions?: { explain: Explained } }];
      });
      expect(parts.map(({ hasNext, extensions }) => ({ hasNext, explained: extensions !== undefined }))).toEqual([
        { hasNext: true, explained: false },
        { hasNext: false, explained: true },
      ]);
      expect(parts[1]?.extensions?.explain.calls.map(({ operation }) => operation)).toEqual([
        'getOrders',
        'getPayments',
      ]);
    });
  });

  it('is not explained without the header', async () => {
    await play(async (t, url) => {
      expect(await explain(t, url, ORDER_PAGE, {})).toBeUndefined();
      expect(await explain(t, url, ORDER_PAGE, { 'x-explain': '0' })).toBeUndefined();
    });
  });

  it('is explained in production only with the claim `explain`', async () => {
    await play(
      async (t, url) => {
        expect(await explain(t, url, ORDER_PAGE)).toBeUndefined();
        const may = `Bearer ${await tokenOf({ explain: true })}`;
        expect(await explain(t, url, ORDER_PAGE, { 'x-explain': '1', authorization: may })).toMatchObject({
          calls: expect.arrayContaining([expect.objectContaining({ operation: 'getOrders' })]),
        });
      },
      { NODE_ENV: 'production', ALLOW_UNTRUSTED_DOCUMENTS: 'true', FORWARD_BAGGAGE: 'false' },
    );
  });
});
