import { describe, expect } from '@jest/globals';
import { document, scenarios } from '@bff/testing';
import { listCalls, product, startBffWorld } from '../../bff.fixture.js';

const CheckoutPage = document(`query ($lines: [OrderLineInput!]!) { checkoutPage(lines: $lines) {
  lines { productId quantity availability lineTotal { amount } product { name } } total { amount }
  addresses { id } paymentMethods { id } } }`);

const scenario = scenarios(startBffWorld);

const adas = { addresses: [{ id: 'ada-home' }], paymentMethods: [{ id: 'ada-card' }, { id: 'ada-voucher' }] };

describe('the checkout page', () => {
  scenario.concurrent('prices the lines and checks them against stock, in two downstream calls', async (t) => {
    t.seed({ catalog: { products: [product('3'), product('4'), product('5', { discontinued: true })] } });
    const lines = [
      { productId: '3', quantity: 2 },
      { productId: '4', quantity: 11 },
      { productId: '5', quantity: 1 },
      { productId: '404', quantity: 1 },
      { productId: '3', quantity: 1 },
    ];
    const { data, errors } = await t.as('ada').gql(CheckoutPage, { lines });
    expect(errors).toBeUndefined();
    const line = (productId: string, quantity: number, availability: string, amount: string | null) => ({
      productId,
      quantity,
      availability,
      lineTotal: amount === null ? null : { amount },
      product: productId === '404' ? null : { name: `Product ${productId}` },
    });
    expect(data).toEqual({
      checkoutPage: {
        lines: [
          line('3', 3, 'AVAILABLE', '9.00'),
          line('4', 11, 'OUT_OF_STOCK', '44.00'),
          line('404', 1, 'UNAVAILABLE', null),
          line('5', 1, 'UNAVAILABLE', null),
        ],
        total: { amount: '53.00' },
        ...adas,
      },
    });
    expect(listCalls(t).sort()).toEqual(['catalog.getProducts', 'customer.getCustomers']);
  });

  scenario.concurrent.each([
    { when: 'the lines are in several currencies', price: { amount: '3.00', currency: 'EUR' }, lineTotal: '30.00' },
    { when: 'a line costs too much', price: { amount: '900000000000.00', currency: 'USD' }, lineTotal: null },
  ])('has no total when $when, and shows the rest', async (t, { price, lineTotal }) => {
    t.seed({ catalog: { products: [product('3', { price }), product('4')] } });
    const lines = [
      { productId: '3', quantity: 10 },
      { productId: '4', quantity: 1 },
    ];
    const { data, errors } = await t.as('ada').gql(CheckoutPage, { lines });
    const shown = [{ lineTotal: lineTotal === null ? null : { amount: lineTotal } }, { lineTotal: { amount: '4.00' } }];
    expect(data).toMatchObject({ checkoutPage: { lines: shown, total: null, ...adas } });
    expect(errors).toMatchObject([{ path: 'checkoutPage.total', code: 'BAD_USER_INPUT' }]);
  });

  scenario.concurrent('sums in the currency of the lines', async (t) => {
    t.seed({ catalog: { products: [product('3', { price: { amount: '3.00', currency: 'EUR' } })] } });
    const { data } = await t
      .as('ada')
      .gql(document(`{ checkoutPage(lines: [{ productId: "3", quantity: 2 }]) { total { amount currency } } }`));
    expect(data).toEqual({ checkoutPage: { total: { amount: '6.00', currency: 'EUR' } } });
  });

  scenario.concurrent('is shown without the catalog service: with addresses and payment methods', async (t) => {
    t.down('catalog');
    const { data, errors } = await t.as('ada').gql(CheckoutPage, { lines: [{ productId: 'mug', quantity: 1 }] });
    expect(data).toEqual({ checkoutPage: { lines: null, total: null, ...adas } });
    expect(errors?.map(({ path }) => path)).toEqual(['checkoutPage.lines', 'checkoutPage.total']);
  });
});
