import { afterEach, describe, expect, it } from '@jest/globals';
import { ada, product, startBffUnderTest } from '../../bff.fixture.js';
import type { BffUnderTest } from '../../bff.fixture.js';

const CHECKOUT_PAGE = `query ($lines: [OrderLineInput!]!) { checkoutPage(lines: $lines) {
  lines { productId quantity availability lineTotal { amount } product { name } } total { amount }
  addresses { id } paymentMethods { id } } }`;

let bff: BffUnderTest;
afterEach(() => bff.close());

const start = () =>
  startBffUnderTest({
    customer: { getCustomers: () => ({ items: [ada] }) },
    catalog: {
      getProducts: ({ query }) => ({
        items: query.ids.filter((id) => id !== '404').map((id) => ({ ...product(id), discontinued: id === '5' })),
      }),
    },
  });

describe('the checkout page', () => {
  it('prices the lines and checks them against stock, in two downstream calls', async () => {
    bff = await start();
    const lines = [
      { productId: '3', quantity: 2 },
      { productId: '4', quantity: 11 },
      { productId: '5', quantity: 1 },
      { productId: '404', quantity: 1 },
      { productId: '3', quantity: 1 },
    ];
    const { data, errors } = await bff.ask('ada', CHECKOUT_PAGE, { lines });
    expect(errors).toBeUndefined();
    expect(data).toEqual({
      checkoutPage: {
        lines: [
          {
            productId: '3',
            quantity: 3,
            availability: 'AVAILABLE',
            lineTotal: { amount: '9.00' },
            product: { name: 'Product 3' },
          },
          {
            productId: '4',
            quantity: 11,
            availability: 'OUT_OF_STOCK',
            lineTotal: { amount: '44.00' },
            product: { name: 'Product 4' },
          },
          { productId: '404', quantity: 1, availability: 'UNAVAILABLE', lineTotal: null, product: null },
          { productId: '5', quantity: 1, availability: 'UNAVAILABLE', lineTotal: null, product: { name: 'Product 5' } },
        ],
        ...{ total: { amount: '53.00' }, addresses: [{ id: 'ada-1' }], paymentMethods: [{ id: 'ada-card' }] },
      },
    });
    expect(bff.calls().sort()).toEqual(['catalog.getProducts', 'customer.getCustomers']);
  });

  it('stands without the catalog: the addresses and payment methods are there', async () => {
    bff = await start();
    bff.catalog.breakDown();
    const { data, errors } = await bff.ask('ada', CHECKOUT_PAGE, { lines: [{ productId: '3', quantity: 1 }] });
    expect(data).toEqual({
      checkoutPage: { lines: null, total: null, addresses: [{ id: 'ada-1' }], paymentMethods: [{ id: 'ada-card' }] },
    });
    expect(errors?.map(({ path }) => path)).toEqual([
      ['checkoutPage', 'lines'],
      ['checkoutPage', 'total'],
    ]);
  });
});
