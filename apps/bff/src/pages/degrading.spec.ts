import { describe, expect } from '@jest/globals';
import type { ServiceName } from '@bff/contracts';
import type { Fault } from '@bff/fakes';
import { document, scenarios } from '@bff/testing';
import { startBffWorld } from '../bff.fixture.js';

const SECTIONS = 'sections { name state reason downstream retryAfterMs }';

/** The query of every page, what it shows whatever fails, and which sections depend on each downstream. */
const PAGES = {
  catalogPage: {
    query: `{ catalogPage { categories { id } products { nodes { id } } ${SECTIONS} } }`,
    spine: {},
    costs: { catalog: ['categories', 'products'] },
  },
  productPage: {
    query: `{ productPage(productId: "mug") { id category { id } related { id } lastPurchase { orderId } ${SECTIONS} } }`,
    spine: { id: 'mug' },
    costs: { order: ['lastPurchase'] },
  },
  accountPage: {
    query: `{ accountPage { id profile { companyName } addresses { id } paymentMethods { id }
      orders { id lines { product { name } } } ${SECTIONS} } }`,
    spine: { id: 'ada' },
    costs: {
      customer: ['addresses', 'paymentMethods', 'profile'],
      order: ['orders'],
      catalog: ['orders.lines.product'],
    },
  },
  orderPage: {
    query: `{ orderPage(orderId: "o-1") { id customer { companyName } payment { state } lines { product { name } } ${SECTIONS} } }`,
    spine: { id: 'o-1' },
    costs: { customer: ['customer', 'payment'], catalog: ['lines.product'] },
  },
  checkoutPage: {
    query: `{ checkoutPage(lines: [{ productId: "mug", quantity: 1 }]) { customerId lines { productId } total { amount }
      addresses { id } paymentMethods { id } ${SECTIONS} } }`,
    spine: { customerId: 'ada' },
    costs: { customer: ['addresses', 'paymentMethods'], catalog: ['lines', 'total'] },
  },
} as const;

const FAULTS: readonly { readonly fault: Fault; readonly reason: string; readonly retryAfterMs?: number }[] = [
  ...(['refuse', 'reset'] as const).map((fault) => ({ fault, reason: 'DOWNSTREAM_UNAVAILABLE' })),
  { fault: { status: 500 }, reason: 'DOWNSTREAM_UNAVAILABLE' },
  { fault: { status: 429, retryAfter: 1 }, reason: 'DOWNSTREAM_UNAVAILABLE', retryAfterMs: 1_000 },
  ...(['hang', 'drip'] as const).map((fault) => ({ fault, reason: 'DOWNSTREAM_TIMEOUT' })),
  ...(['empty', 'malformed', 'lie'] as const).map((fault) => ({ fault, reason: 'CONTRACT_VIOLATION' })),
];

const cases = Object.entries(PAGES).flatMap(([page, { query, spine, costs }]) =>
  Object.entries<readonly string[]>(costs).flatMap(([downstream, lost]) =>
    // The names are those of PAGES.
    FAULTS.map((one) => ({ ...one, page, query, spine, downstream: downstream as ServiceName, lost })),
  ),
);

interface Section {
  readonly name: string;
  readonly state: string;
}
type Answer = Readonly<Record<string, { readonly sections: readonly Section[] } | undefined>>;

/** Short enough for a service that hangs; long enough for a process that has just started and gets the calls of many tests. */
const scenario = scenarios(() => startBffWorld({ PAGE_BUDGET_MS: '6000', DOWNSTREAM_TIMEOUT_MS: '2500' }));

describe('a page', () => {
  scenario.concurrent.each(cases)(
    '$page is shown when $downstream has the fault $fault, says which sections are missing and why, and is whole after the recovery',
    async (t, { page, query, spine, downstream, lost, fault, reason, retryAfterMs = null }) => {
      t.down(downstream, fault);
      const asking = () => t.as('ada').gql(document<Answer>(query));
      const { data, errors } = await asking();
      expect(data[page]).toMatchObject(spine);
      const sections = data[page]?.sections ?? [];
      expect(sections.filter(({ state }) => state !== 'FRESH')).toEqual(
        lost.map((name) => ({ name, state: 'DEGRADED', reason, downstream, retryAfterMs })),
      );
      // There is one error for every null, and no other error.
      expect(new Set(errors?.map(({ path }) => path.replaceAll(/\.\d+/g, '')))).toEqual(
        new Set(lost.map((name) => `${page}.${name}`)),
      );
      for (const error of errors ?? []) expect(error).toMatchObject({ code: reason, downstream });

      t.up(downstream);
      const again = await asking();
      expect(again.errors).toBeUndefined();
      expect(again.data[page]?.sections.map(({ state }) => state)).not.toContain('DEGRADED');
    },
  );

  scenario.concurrent('distinguishes what does not exist from what could not be loaded', async (t) => {
    const query =
      '{ productPage(productId: "teapot") { lastPurchase { orderId } related { id } sections { name state reason } } }';
    const { data, errors } = await t.as('ada').gql(document(query));
    expect(errors).toBeUndefined();
    expect(data).toEqual({
      productPage: {
        lastPurchase: null,
        related: [{ id: 'mug' }],
        sections: [
          { name: 'lastPurchase', state: 'ABSENT', reason: null },
          { name: 'related', state: 'FRESH', reason: null },
        ],
      },
    });
  });

  scenario.concurrent('reports the sections of each page of a request separately', async (t) => {
    t.customer.getPayments.fail('refuse');
    const { data } = await t.as('ada').gql(
      document(`{ a: orderPage(orderId: "o-1") { payment { state } sections { name state } }
        b: orderPage(orderId: "o-1") { customer { companyName } sections { name state } } }`),
    );
    expect(data).toMatchObject({
      a: { payment: null, sections: [{ name: 'payment', state: 'DEGRADED' }] },
      b: { sections: [{ name: 'customer', state: 'FRESH' }] },
    });
  });
});

describe('a downstream that fails every call', () => {
  scenario('is called a few times, and then not at all until it has recovered', async (t) => {
    t.down('catalog', { status: 503 });
    const asking = () => t.as('ada').gql(document<Answer>(PAGES.orderPage.query));
    for (let page = 0; page < 40; page++) await asking();
    const calls = t.catalog.getProducts.calls.length;
    expect(calls).toBeLessThanOrEqual(10);
    t.up('catalog');
    await new Promise((resolve) => setTimeout(resolve, 1_050));
    expect((await asking()).errors).toBeUndefined();
    expect(t.catalog.getProducts.calls.length).toBe(calls + 1);
  });
});

describe('a client that disconnects', () => {
  scenario('cancels the downstream calls that were made for it', async (t) => {
    t.catalog.getProducts.fail('hang');
    const client = new AbortController();
    const asking = t
      .as('ada', client.signal)
      .gql(document(PAGES.orderPage.query))
      .catch(() => 'aborted');
    while (t.catalog.getProducts.calls.length === 0) await new Promise((resolve) => setTimeout(resolve, 1));
    client.abort();
    expect(await asking).toBe('aborted');
    const began = performance.now();
    while (t.callLog.listInFlight().length > 0 && performance.now() - began < 500)
      await new Promise((resolve) => setTimeout(resolve, 1));
    expect(t.callLog.listInFlight()).toEqual([]);
    // Well before the page's budget or the call's own deadline.
    expect(performance.now() - began).toBeLessThan(500);
  });
});
