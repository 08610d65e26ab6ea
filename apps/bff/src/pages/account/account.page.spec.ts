import { describe, expect } from '@jest/globals';
import { document, scenarios } from '@bff/testing';
import type { BffScenario } from '@bff/testing';
import { listCalls, order, products, startBffWorld } from '../../bff.fixture.js';

interface Account {
  readonly accountPage: {
    readonly orders: readonly { readonly id: string; readonly lines: readonly unknown[] }[] | null;
  };
}

const AccountPage = document<Account>(`query ($orders: Int) { accountPage(orders: $orders) {
  id profile { companyName } addresses { id } paymentMethods { id available { amount } }
  orders { id lines { product { name } } } } }`);

const scenario = scenarios(startBffWorld);

/** Twelve orders of six lines each, the newest first: o-20, o-19 and so on. */
function twelveOrders(t: BffScenario): void {
  const orders = Array.from({ length: 12 }, (_, n) => order(`o-${n + 9}`, 6, `2026-03-${n + 10}T00:00:00.000Z`));
  t.seed({ catalog: { products: products(6) }, order: { orders } });
}

describe('the account page', () => {
  scenario.concurrent('takes three downstream calls in two waves, with 10 orders of 6 lines', async (t) => {
    twelveOrders(t);
    const { data, errors } = await t.as('ada').gql(AccountPage);
    expect(errors).toBeUndefined();
    expect(data.accountPage).toMatchObject({
      id: 'ada',
      profile: { companyName: 'Ada Lovelace & Co' },
      addresses: [{ id: 'ada-home' }],
      paymentMethods: [
        { id: 'ada-card', available: { amount: '92.00' } },
        { id: 'ada-voucher', available: { amount: '5.00' } },
      ],
    });
    expect(data.accountPage.orders?.map(({ id, lines }) => [id, lines.length])).toEqual(
      Array.from({ length: 10 }, (_, n) => [`o-${20 - n}`, 6]),
    );
    // The first wave is two calls at once: which of them arrives first is chance.
    expect(listCalls(t).slice(0, 2).sort()).toEqual(['customer.getCustomers', 'order.listOrdersOfCustomer']);
    expect(listCalls(t).slice(2)).toEqual(['catalog.getProducts']);
  });

  scenario.concurrent('calls only the services whose sections are selected', async (t) => {
    await t.as('ada').gql(document('{ accountPage { addresses { id } } }'));
    expect(listCalls(t)).toEqual(['customer.getCustomers']);
  });

  scenario.concurrent('shows the requested number of orders', async (t) => {
    twelveOrders(t);
    const { data } = await t.as('ada').gql(document('{ accountPage(orders: 3) { orders { id } } }'));
    expect(data).toEqual({ accountPage: { orders: [{ id: 'o-20' }, { id: 'o-19' }, { id: 'o-18' }] } });
  });

  scenario.concurrent('is shown without the order service', async (t) => {
    t.down('order');
    const { data, errors } = await t.as('ada').gql(AccountPage);
    expect(data.accountPage).toMatchObject({ profile: { companyName: 'Ada Lovelace & Co' }, orders: null });
    expect(errors).toEqual([{ code: 'DOWNSTREAM_UNAVAILABLE', path: 'accountPage.orders', downstream: 'order' }]);
  });

  scenario.concurrent('is shown without the customer service', async (t) => {
    t.down('customer');
    const { data, errors } = await t.as('ada').gql(AccountPage);
    expect(data.accountPage).toMatchObject({
      id: 'ada',
      profile: null,
      addresses: null,
      paymentMethods: null,
      orders: [{ id: 'o-1' }],
    });
    expect(errors?.map(({ path }) => path)).toEqual(
      ['profile', 'addresses', 'paymentMethods'].map((section) => `accountPage.${section}`),
    );
  });
});
