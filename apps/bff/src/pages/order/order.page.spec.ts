import { describe, expect } from '@jest/globals';
import { document, scenarios } from '@bff/testing';
import { listCalls, order, products, startBffWorld } from '../../bff.fixture.js';

const OrderPage = document<{ readonly orderPage: { readonly lines: readonly unknown[] } | null }>(
  `query ($id: ID!) { orderPage(orderId: $id) {
    id status total { amount } shippingAddress { city } customer { companyName } payment { state }
    lines { quantity product { name } } } }`,
);

const scenario = scenarios(startBffWorld);

describe('the order page', () => {
  scenario.concurrent.each([{ lines: 1 }, { lines: 25 }, { lines: 100 }])(
    'takes four downstream calls in two waves for an order of $lines lines',
    async (t, { lines }) => {
      t.seed({ catalog: { products: products(lines) }, order: { orders: [order('o-9', lines)] } });
      const { data, errors } = await t.as('ada').gql(OrderPage, { id: 'o-9' });
      expect(errors).toBeUndefined();
      expect(data.orderPage?.lines).toHaveLength(lines);
      expect(listCalls(t).slice(0, 1)).toEqual(['order.getOrders']);
      expect(listCalls(t).slice(1).sort()).toEqual([
        'catalog.getProducts',
        'customer.getCustomers',
        'customer.getPayments',
      ]);
    },
  );

  scenario.concurrent('shows the order whole', async (t) => {
    const { data } = await t.as('ada').gql(OrderPage, { id: 'o-1' });
    expect(data).toEqual({
      orderPage: {
        id: 'o-1',
        status: 'CONFIRMED',
        total: { amount: '8.00' },
        shippingAddress: { city: 'London' },
        customer: { companyName: 'Ada Lovelace & Co' },
        payment: { state: 'CAPTURED' },
        lines: [{ quantity: 2, product: { name: 'Mug' } }],
      },
    });
  });

  scenario.concurrent('does not show the order of another customer, and makes no other call for it', async (t) => {
    const { status, raw } = await t.as('bob').gql(OrderPage, { id: 'o-1' });
    expect({ status, raw }).toEqual({ status: 200, raw: { data: { orderPage: null } } });
    expect(listCalls(t)).toEqual(['order.getOrders']);
  });

  scenario.concurrent('is shown without the customer service, with an error for each missing section', async (t) => {
    t.down('customer');
    const { data, errors, raw } = await t.as('ada').gql(OrderPage, { id: 'o-1' });
    expect(data.orderPage).toMatchObject({
      id: 'o-1',
      customer: null,
      payment: null,
      lines: [{ product: { name: 'Mug' } }],
    });
    expect(errors?.map(({ path }) => path).sort()).toEqual(['orderPage.customer', 'orderPage.payment']);
    const { errors: whole } = raw as { readonly errors: readonly { readonly extensions: unknown }[] };
    for (const { extensions } of whole)
      expect(extensions).toEqual({ code: 'DOWNSTREAM_UNAVAILABLE', downstream: 'customer', retryable: true });
  });

  scenario.concurrent('is null with an error when its spine is missing: without the order service', async (t) => {
    t.down('order');
    const { raw } = await t.as('ada').gql(OrderPage, { id: 'o-1' });
    expect(raw).toEqual({
      data: { orderPage: null },
      errors: [
        {
          message: 'The order service cannot be reached right now.',
          locations: [{ line: 1, column: 20 }],
          path: ['orderPage'],
          extensions: { code: 'DOWNSTREAM_UNAVAILABLE', downstream: 'order', retryable: true },
        },
      ],
    });
  });
});
