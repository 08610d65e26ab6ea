import { describe, expect } from '@jest/globals';
import { document, scenarios } from '@bff/testing';
import { listCalls, startBffWorld } from '../../bff.fixture.js';

const ProductPage = document(`query ($id: ID!) { productPage(productId: $id) {
  id name price { amount } onHand category { name } related { id } lastPurchase { orderId quantity placedAt } } }`);

const scenario = scenarios(startBffWorld);

const bought = { orderId: 'o-1', quantity: 2, placedAt: '2026-01-02T03:04:05.000Z' };

describe('the product page', () => {
  scenario.concurrent('takes four downstream calls in two waves', async (t) => {
    const { status, raw } = await t.as('ada').gql(ProductPage, { id: 'mug' });
    expect(status).toBe(200);
    expect(raw).toEqual({
      data: {
        productPage: {
          id: 'mug',
          name: 'Mug',
          price: { amount: '4.00' },
          onHand: 10,
          category: { name: 'Kitchen' },
          related: [{ id: 'teapot' }],
          lastPurchase: bought,
        },
      },
    });
    expect(listCalls(t)[0]).toBe('catalog.getProducts');
    expect(listCalls(t).slice(1).sort()).toEqual([
      'catalog.listCategories',
      'catalog.relatedProducts',
      'order.lastPurchases',
    ]);
  });

  scenario.concurrent('takes three calls without a viewer, and shows no purchase', async (t) => {
    const { data, errors } = await t.as(null).gql(ProductPage, { id: 'mug' });
    expect(errors).toBeUndefined();
    expect(data).toMatchObject({ productPage: { id: 'mug', lastPurchase: null } });
    expect(t.order.lastPurchases.calls).toEqual([]);
    expect(listCalls(t)).toHaveLength(3);
  });

  scenario.concurrent("does not show one viewer's purchase to another", async (t) => {
    expect((await t.as('ada').gql(ProductPage, { id: 'mug' })).data).toMatchObject({
      productPage: { lastPurchase: bought },
    });
    expect((await t.as('eve').gql(ProductPage, { id: 'mug' })).data).toMatchObject({
      productPage: { lastPurchase: null },
    });
  });

  scenario.concurrent('is null for a product that does not exist, or whose id is not valid', async (t) => {
    for (const id of ['404', 'a,b']) {
      const { status, raw } = await t.as(null).gql(ProductPage, { id });
      expect({ status, raw }).toEqual({ status: 200, raw: { data: { productPage: null } } });
    }
    expect(listCalls(t)).toEqual(['catalog.getProducts']);
  });

  scenario.concurrent('is shown without the order service', async (t) => {
    t.down('order');
    const { data, errors } = await t.as('ada').gql(ProductPage, { id: 'mug' });
    expect(data).toMatchObject({ productPage: { id: 'mug', related: [{ id: 'teapot' }], lastPurchase: null } });
    expect(errors).toEqual([{ code: 'DOWNSTREAM_UNAVAILABLE', path: 'productPage.lastPurchase', downstream: 'order' }]);
  });
});
