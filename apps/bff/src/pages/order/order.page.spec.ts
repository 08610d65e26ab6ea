import { afterEach, describe, expect, it } from '@jest/globals';
import { ada, order, product, startBffUnderTest } from '../../bff.fixture.js';
import type { BffUnderTest } from '../../bff.fixture.js';

const ORDER_PAGE = `query ($id: ID!) { orderPage(orderId: $id) {
  id status total { amount } shippingAddress { city } customer { companyName } payment { state }
  lines { quantity product { name } } } }`;

let bff: BffUnderTest;
afterEach(() => bff.close());

const start = (lines: number) =>
  startBffUnderTest({
    order: { getOrders: ({ query }) => ({ items: query.ids.map((id) => order(id, lines)) }) },
    customer: {
      getCustomers: () => ({ items: [ada] }),
      getPayments: () => ({
        items: [
          {
            ...{ orderId: 'o-1', customerId: 'ada', paymentMethodId: 'ada-card', label: 'Visa', state: 'CAPTURED' },
            ...{ amount: { amount: '2.00', currency: 'USD' }, updatedAt: '2026-01-02T03:04:06.000Z' },
          },
        ],
      }),
    },
    catalog: { getProducts: ({ query }) => ({ items: query.ids.map(product) }) },
  });

describe('the order page', () => {
  it.each([1, 25, 100])('takes four downstream calls in two waves for an order of %i lines', async (lines) => {
    bff = await start(lines);
    const { data, errors } = await bff.ask('ada', ORDER_PAGE, { id: 'o-1' });
    expect(errors).toBeUndefined();
    expect((data as { orderPage: { lines: unknown[] } }).orderPage.lines).toHaveLength(lines);
    expect(bff.calls()).toEqual([
      'order.getOrders',
      'customer.getCustomers',
      'customer.getPayments',
      'catalog.getProducts',
    ]);
  });

  it('shows the order whole', async () => {
    bff = await start(2);
    expect((await bff.ask('ada', ORDER_PAGE, { id: 'o-1' })).data).toEqual({
      orderPage: {
        ...{ id: 'o-1', status: 'CONFIRMED', total: { amount: '2.00' }, shippingAddress: { city: 'London' } },
        ...{ customer: { companyName: 'Ada & Sons' }, payment: { state: 'CAPTURED' } },
        lines: [
          { quantity: 1, product: { name: 'Product 1' } },
          { quantity: 1, product: { name: 'Product 2' } },
        ],
      },
    });
  });

  it("does not show another's order, and asks nobody about it", async () => {
    bff = await start(1);
    expect(await bff.ask('eve', ORDER_PAGE, { id: 'o-1' })).toEqual({ status: 200, data: { orderPage: null } });
    expect(bff.calls()).toEqual(['order.getOrders']);
  });

  it('stands without the customer service, and says what is missing', async () => {
    bff = await start(1);
    bff.customer.breakDown();
    const { data, errors } = await bff.ask('ada', ORDER_PAGE, { id: 'o-1' });
    expect(data).toMatchObject({
      orderPage: { id: 'o-1', customer: null, payment: null, lines: [{ product: { name: 'Product 1' } }] },
    });
    expect(errors?.map(({ path, extensions }) => ({ path, ...extensions }))).toEqual(
      ['customer', 'payment'].map((section) => ({
        ...{ path: ['orderPage', section], code: 'DOWNSTREAM_UNAVAILABLE', downstream: 'customer', retryable: true },
      })),
    );
  });

  it('does not stand without its spine: no order service, no page, and the reason why', async () => {
    bff = await start(1);
    bff.order.breakDown();
    const { data, errors } = await bff.ask('ada', ORDER_PAGE, { id: 'o-1' });
    expect(data).toEqual({ orderPage: null });
    expect(errors?.map(({ message, path, extensions }) => ({ message, path, extensions }))).toEqual([
      {
        message: 'The order service cannot be reached right now.',
        path: ['orderPage'],
        extensions: { code: 'DOWNSTREAM_UNAVAILABLE', downstream: 'order', retryable: true },
      },
    ]);
  });
});
