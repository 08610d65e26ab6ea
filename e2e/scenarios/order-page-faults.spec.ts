import { expect } from '@jest/globals';
import { document, scenarios } from '@bff/testing';
import { OrderPage } from '../support/documents.js';
import { startScenarioWorld } from '../support/scenario.world.js';

/** A page responds with the sections that are ready when its budget is spent. */
const scenario = scenarios(() => startScenarioWorld({ env: { PAGE_BUDGET_MS: '5000' } }));

/** Faults, and how the page names what they cost. */
const faults = [
  ...(['refuse', 'reset'] as const).map((fault) => ({ fault, code: 'DOWNSTREAM_UNAVAILABLE' })),
  { fault: { status: 503, retryAfter: 1 } as const, code: 'DOWNSTREAM_UNAVAILABLE' },
  { fault: { status: 500 } as const, code: 'DOWNSTREAM_UNAVAILABLE' },
  ...(['empty', 'malformed', 'lie'] as const).map((fault) => ({ fault, code: 'CONTRACT_VIOLATION' })),
  ...(['hang', 'drip'] as const).map((fault) => ({ fault, code: 'DOWNSTREAM_TIMEOUT' })),
  { fault: { latency: 5_500 } as const, code: 'DOWNSTREAM_TIMEOUT' },
];

scenario.concurrent.each(faults)('the order page names what a catalog costs it that meets $fault', async (t, one) => {
  t.catalog.getProducts.fail(one.fault);
  const { data, errors } = await t.as('ada').gql(OrderPage, { orderId: 'o-1' });
  expect(data.orderPage).toMatchObject({
    id: 'o-1',
    customer: { contactName: 'Ada Lovelace' },
    payment: { state: 'CAPTURED' },
  });
  expect(errors).toEqual([{ code: one.code, path: 'orderPage.lines.0.product', downstream: 'catalog' }]);
});

scenario.concurrent('the order page is whole when all is well, in four calls', async (t) => {
  const { data, errors } = await t.as('ada').gql(OrderPage, { orderId: 'o-1' });
  expect(errors).toBeUndefined();
  expect(data.orderPage.lines).toEqual([{ quantity: 2, product: { name: 'Mug' } }]);
  expect(t.callLog.calls).toHaveLength(4);
});

const CatalogPage = document<{ readonly catalogPage: { readonly products: { readonly nodes: readonly unknown[] } } }>(
  '{ catalogPage { categories { name } products { nodes { name } } } }',
);

scenario.concurrent('the catalog page shows what a scenario put into its shop', async (t) => {
  const price = { amount: '1.00', currency: 'USD' };
  const sock = { id: 'sock', categoryId: 'kitchen', name: 'Sock', packaging: 'pair', supplier: 'Knit', price };
  t.seed({ catalog: { products: [{ ...sock, onHand: 1, reserved: 0, sold: 0, discontinued: false }] } });
  const { data } = await t.as(null).gql(CatalogPage);
  expect(data.catalogPage.products.nodes).toContainEqual({ name: 'Sock' });
});
