import { describe, expect } from '@jest/globals';
import { document, scenarios } from '@bff/testing';
import { listCalls, startBffWorld } from '../bff.fixture.js';

const scenario = scenarios(() => startBffWorld());

/** Long enough that requests which are sent together are in flight together, even on a busy machine. */
const SLOW = { latency: 1_500 };

const orderPage = (orderId: string) =>
  document(`{ orderPage(orderId: "${orderId}") { id customer { companyName } payment { amount { amount } } } }`);

const ACCOUNT = document('{ accountPage { id profile { contactName } addresses { id } orders { id } } }');

describe('identical reads at the same time', () => {
  scenario('of one viewer are one call of each downstream', async (t) => {
    for (const service of ['order', 'customer'] as const) t.down(service, SLOW);
    const pages = await Promise.all(Array.from({ length: 20 }, () => t.as('ada').gql(orderPage('o-1'))));
    for (const { data } of pages) expect(data).toMatchObject({ orderPage: { id: 'o-1' } });
    expect(listCalls(t).sort()).toEqual(['customer.getCustomers', 'customer.getPayments', 'order.getOrders']);
  });

  scenario('of the catalog are one call for all viewers, because its data is public', async (t) => {
    t.down('catalog', SLOW);
    const query = document('{ catalogPage { products { totalCount } } }');
    await Promise.all([t.as('ada').gql(query), t.as('bob').gql(query), t.as(null).gql(query)]);
    expect(listCalls(t)).toEqual(['catalog.searchProducts']);
  });
});

describe('two viewers', () => {
  scenario('never share a read of personal data, even with identical requests', async (t) => {
    for (const service of ['order', 'customer'] as const) t.down(service, SLOW);
    // The same order, queried by its owner and by another customer: the requests to the order service are identical.
    const asked = Array.from({ length: 10 }, () => [
      t.as('ada').gql(orderPage('o-1')),
      t.as('bob').gql(orderPage('o-1')),
    ]).flat();
    for (const [nth, { data }] of (await Promise.all(asked)).entries())
      expect(data).toEqual(
        nth % 2 === 0
          ? {
              orderPage: {
                id: 'o-1',
                customer: { companyName: 'Ada Lovelace & Co' },
                payment: { amount: { amount: '8.00' } },
              },
            }
          : { orderPage: null },
      );
    expect(t.order.getOrders.calls).toHaveLength(2);
  });

  scenario('each see their own account, side by side', async (t) => {
    for (const service of ['order', 'customer'] as const) t.down(service, SLOW);
    const [ada, bob] = await Promise.all([t.as('ada').gql(ACCOUNT), t.as('bob').gql(ACCOUNT)]);
    expect([ada.data, bob.data]).toEqual(
      [
        ['ada', 'Ada Lovelace', 'o-1'],
        ['bob', 'Bob Babbage', 'o-2'],
      ].map(([id, contactName, orderId]) => ({
        accountPage: { id, profile: { contactName }, addresses: [{ id: `${id}-home` }], orders: [{ id: orderId }] },
      })),
    );
    expect(t.customer.getCustomers.calls).toHaveLength(2);
  });
});

describe('a downstream that hangs', () => {
  const bounded = scenarios(() =>
    startBffWorld({ DOWNSTREAM_MAX_CONCURRENT: '4', DOWNSTREAM_MAX_QUEUED: '3', DOWNSTREAM_TIMEOUT_MS: '800' }),
  );

  bounded('never has more sockets than its bulkhead allows, and further calls are rejected immediately', async (t) => {
    t.catalog.getProducts.fail('hang');
    let most = 0;
    const watch = setInterval(() => (most = Math.max(most, t.callLog.listInFlight().length)), 1);
    // Different products, so that no two requests can share a call.
    const page = (nth: number) =>
      document<{ checkoutPage: { lines: null } }>(
        `{ checkoutPage(lines: [{ productId: "p-${nth}", quantity: 1 }]) { customerId lines { productId } } }`,
      );
    const answers = await Promise.all(Array.from({ length: 30 }, (_, nth) => t.as('ada').gql(page(nth))));
    clearInterval(watch);
    expect(most).toBe(4);
    const codes = answers.map(({ errors }) => errors?.[0]?.code);
    // Four hang until their deadline; three wait in the queue, and then hang or are rejected by the open circuit breaker.
    expect(codes.filter((code) => code === 'DOWNSTREAM_TIMEOUT').length).toBeGreaterThanOrEqual(4);
    expect(codes.filter((code) => code === 'DOWNSTREAM_UNAVAILABLE').length).toBeGreaterThanOrEqual(23);
    for (const { data } of answers) expect(data).toEqual({ checkoutPage: { customerId: 'ada', lines: null } });
  });
});
