import { afterEach, describe, expect, it } from '@jest/globals';
import { ada, order, product, startBffUnderTest } from '../../bff.fixture.js';
import type { BffUnderTest } from '../../bff.fixture.js';

const ACCOUNT_PAGE = `query ($orders: Int) { accountPage(orders: $orders) {
  id profile { companyName } addresses { id } paymentMethods { id available { amount } }
  orders { id lines { product { name } } } } }`;

let bff: BffUnderTest;
afterEach(() => bff.close());

const start = () =>
  startBffUnderTest({
    order: {
      listOrdersOfCustomer: ({ path, query }) => ({
        items: Array.from({ length: query.first ?? 0 }, (_, n) => ({
          ...order(`o-${n}`, 6),
          customerId: path.customerId,
        })),
        ...{ totalCount: 99, nextCursor: null },
      }),
    },
    customer: { getCustomers: ({ query }) => ({ items: [ada].filter(({ id }) => query.ids.includes(id)) }) },
    catalog: { getProducts: ({ query }) => ({ items: query.ids.map(product) }) },
  });

describe('the account page', () => {
  it('takes three downstream calls in two waves, with 10 orders of 6 lines', async () => {
    bff = await start();
    const { data, errors } = await bff.ask('ada', ACCOUNT_PAGE);
    expect(errors).toBeUndefined();
    const { orders } = (data as { accountPage: { orders: { lines: unknown[] }[] } }).accountPage;
    expect(orders.map(({ lines }) => lines.length)).toEqual(Array.from({ length: 10 }, () => 6));
    expect(bff.calls()).toEqual(['order.listOrdersOfCustomer', 'customer.getCustomers', 'catalog.getProducts']);
  });

  it('asks only for what is selected', async () => {
    bff = await start();
    await bff.ask('ada', '{ accountPage { addresses { id } } }');
    expect(bff.calls()).toEqual(['customer.getCustomers']);
  });

  it('shows as many orders as are asked for', async () => {
    bff = await start();
    const { data } = await bff.ask('ada', '{ accountPage(orders: 3) { orders { id } } }');
    expect(data).toEqual({ accountPage: { orders: [{ id: 'o-0' }, { id: 'o-1' }, { id: 'o-2' }] } });
  });

  it('stands without the order service, and without the customer service', async () => {
    bff = await start();
    bff.order.breakDown();
    const noOrders = await bff.ask('ada', ACCOUNT_PAGE);
    expect(noOrders.data).toMatchObject({ accountPage: { profile: { companyName: 'Ada & Sons' }, orders: null } });
    expect(noOrders.errors?.map(({ path, extensions }) => [path, extensions['downstream']])).toEqual([
      [['accountPage', 'orders'], 'order'],
    ]);
    await bff.close();

    bff = await start();
    bff.customer.breakDown();
    const noCustomer = await bff.ask('ada', ACCOUNT_PAGE, { orders: 1 });
    expect(noCustomer.data).toMatchObject({
      accountPage: { id: 'ada', profile: null, addresses: null, paymentMethods: null, orders: [{ id: 'o-0' }] },
    });
    expect(noCustomer.errors?.map(({ path }) => path)).toEqual(
      ['profile', 'addresses', 'paymentMethods'].map((section) => ['accountPage', section]),
    );
  });
});
