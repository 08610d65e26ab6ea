import { afterEach, describe, expect, it } from '@jest/globals';
import { product, startBffUnderTest } from '../../bff.fixture.js';
import type { BffUnderTest } from '../../bff.fixture.js';

const PRODUCT_PAGE = `query ($id: ID!) { productPage(productId: $id) {
  id name price { amount } onHand category { name } related { id } lastPurchase { orderId quantity placedAt } } }`;

let bff: BffUnderTest;
afterEach(() => bff.close());

const start = () =>
  startBffUnderTest({
    catalog: {
      getProducts: ({ query }) => ({ items: query.ids.filter((id) => id !== '404').map(product) }),
      listCategories: () => ({ items: [{ id: 'c-1', name: 'Tea', description: 'Leaves' }] }),
      relatedProducts: () => ({ items: [product('2'), product('3')] }),
    },
    order: {
      lastPurchases: ({ path, query }) => ({
        items: path.customerId === 'ada' ? query.productIds.map((productId) => ({ ...PURCHASE, productId })) : [],
      }),
    },
  });

const PURCHASE = { orderId: 'o-1', quantity: 2, placedAt: '2026-01-02T03:04:05.000Z' };

describe('the product page', () => {
  it('takes four downstream calls in two waves', async () => {
    bff = await start();
    expect(await bff.ask('ada', PRODUCT_PAGE, { id: '7' })).toEqual({
      status: 200,
      data: {
        productPage: {
          ...{ id: '7', name: 'Product 7', price: { amount: '7.00' }, onHand: 10, category: { name: 'Tea' } },
          ...{ related: [{ id: '2' }, { id: '3' }], lastPurchase: PURCHASE },
        },
      },
    });
    expect(bff.calls()[1]).toBe('catalog.getProducts');
    expect(bff.calls().sort()).toEqual([
      ...['catalog.getProducts', 'catalog.listCategories', 'catalog.relatedProducts', 'order.lastPurchases'],
    ]);
  });

  it('takes three calls for somebody who is not known, and shows no purchase', async () => {
    bff = await start();
    const { data, errors } = await bff.ask(null, PRODUCT_PAGE, { id: '7' });
    expect(errors).toBeUndefined();
    expect(data).toMatchObject({ productPage: { id: '7', lastPurchase: null } });
    expect(bff.order.calls).toEqual([]);
  });

  it("does not show one viewer's purchase to another", async () => {
    bff = await start();
    expect((await bff.ask('eve', PRODUCT_PAGE, { id: '7' })).data).toMatchObject({
      productPage: { lastPurchase: null },
    });
  });

  it('is null for a product that there is not, or that there cannot be', async () => {
    bff = await start();
    expect(await bff.ask(null, PRODUCT_PAGE, { id: '404' })).toEqual({ status: 200, data: { productPage: null } });
    expect(await bff.ask(null, PRODUCT_PAGE, { id: 'a,b' })).toEqual({ status: 200, data: { productPage: null } });
    expect(bff.calls()).toEqual(['catalog.getProducts']);
  });

  it('stands without the order service', async () => {
    bff = await start();
    bff.order.breakDown();
    const { data, errors } = await bff.ask('ada', PRODUCT_PAGE, { id: '7' });
    expect(data).toMatchObject({ productPage: { id: '7', related: [{ id: '2' }, { id: '3' }], lastPurchase: null } });
    expect(errors?.map(({ path, extensions }) => [path, extensions['downstream']])).toEqual([
      [['productPage', 'lastPurchase'], 'order'],
    ]);
  });
});
