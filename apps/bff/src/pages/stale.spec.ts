import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect } from '@jest/globals';
import { document, scenarios } from '@bff/testing';
import { startBffWorld } from '../bff.fixture.js';

const scenario = scenarios(() => startBffWorld({ CATALOG_STALE_MS: '1000' }));

const SECTIONS = 'sections { name state reason downstream ageMs }';
const OrderPage = document<{ readonly orderPage: { readonly sections: readonly { readonly ageMs: number | null }[] } }>(
  `{ orderPage(orderId: "o-1") { lines { product { name packaging price { amount } onHand discontinued } } ${SECTIONS} } }`,
);
const stale = (name: string) => ({
  name,
  state: 'STALE',
  reason: 'DOWNSTREAM_UNAVAILABLE',
  downstream: 'catalog',
  ageMs: expect.any(Number),
});

describe('a page while the catalog is unavailable', () => {
  scenario.concurrent('shows an older copy of its texts with their age, and neither price nor stock', async (t) => {
    await t.as('ada').gql(OrderPage);
    t.down('catalog');
    const { data, errors } = await t.as('ada').gql(OrderPage);
    expect(data.orderPage).toEqual({
      lines: [{ product: { name: 'Mug', packaging: '1 piece', price: null, onHand: null, discontinued: null } }],
      sections: [stale('lines.product')],
    });
    // Every null has an error.
    expect(errors).toEqual(
      ['price', 'onHand', 'discontinued'].map((field) => ({
        code: 'DOWNSTREAM_UNAVAILABLE',
        downstream: 'catalog',
        path: `orderPage.lines.0.product.${field}`,
      })),
    );
    t.up('catalog');
    expect((await t.as('ada').gql(OrderPage)).errors).toBeUndefined();
  });

  scenario.concurrent('shows an older copy of the categories', async (t) => {
    const CatalogPage = document(`{ catalogPage { categories { name } ${SECTIONS} } }`);
    await t.as(null).gql(CatalogPage);
    t.down('catalog', 'malformed');
    const { data } = await t.as(null).gql(CatalogPage);
    expect(data).toEqual({
      catalogPage: {
        categories: [{ name: 'Kitchen' }],
        sections: [{ ...stale('categories'), reason: 'CONTRACT_VIOLATION' }],
      },
    });
  });

  scenario.concurrent('prices nothing from an older copy', async (t) => {
    const CheckoutPage = document(
      `{ checkoutPage(lines: [{ productId: "mug", quantity: 1 }]) { lines { availability } total { amount } ${SECTIONS} } }`,
    );
    await t.as('ada').gql(CheckoutPage);
    t.down('catalog');
    const { data } = await t.as('ada').gql(CheckoutPage);
    expect(data).toMatchObject({
      checkoutPage: { lines: null, total: null, sections: [{ state: 'DEGRADED' }, { state: 'DEGRADED' }] },
    });
  });

  scenario.concurrent('shows no copy that is too old, and nothing that was never loaded', async (t) => {
    await t.as('ada').gql(OrderPage);
    t.down('catalog');
    const Teapot = document('{ productPage(productId: "teapot") { name } }');
    expect((await t.as('ada').gql(Teapot)).errors).toEqual([
      { code: 'DOWNSTREAM_UNAVAILABLE', path: 'productPage', downstream: 'catalog' },
    ]);
    await sleep(1_100);
    expect((await t.as('ada').gql(OrderPage)).data.orderPage).toMatchObject({
      lines: [{ product: null }],
      sections: [{ state: 'DEGRADED' }],
    });
  });
});
