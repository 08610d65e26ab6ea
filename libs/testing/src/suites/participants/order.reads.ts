import { createNorthwindSeed } from '@bff/fakes';
import { toCursor, toBatches, withQuery } from '../fake-parity-suite.js';
import type { ParityRead } from '../fake-parity-suite.js';

/** All that can be read of Northwind's orders. */
export function listOrderReads(): readonly ParityRead<'order'>[] {
  const { customer, catalog, order } = createNorthwindSeed();
  const ofCustomers = [...customer.customers.map(({ id }) => id), 'unknown'].map((id) => ({
    path: { customerId: id },
  }));
  const ofAlfki = { path: { customerId: 'ALFKI' } };
  const ids = [...order.orders.map(({ id }) => id), 'A', 'B', 'unknown'];
  const productIds = [...catalog.products.map(({ id }) => id), 'unknown', '1'].join();
  const elsewhere = ['1998-03-16', '1998-03-16T00:00:00Z', '9999-12-31'].map((time) => toCursor([time, '10952']));
  return [
    {
      operation: 'getOrders',
      about: 'all',
      requests: toBatches(ids).map((batch) => withQuery({ ids: batch })),
      anyOrder: true,
    },
    { operation: 'listOrdersOfCustomer', about: 'of every customer', requests: ofCustomers },
    {
      operation: 'listOrdersOfCustomer',
      about: 'a few at a time',
      requests: [1, 5, 6, 7].map((first) => ({ ...ofAlfki, ...withQuery({ first }) })),
    },
    {
      operation: 'listOrdersOfCustomer',
      about: 'from where another list was left',
      requests: elsewhere.map((after) => ({ ...ofAlfki, ...withQuery({ first: 2, after }) })),
    },
    {
      operation: 'lastPurchases',
      about: 'of every customer',
      requests: ofCustomers.map(({ path }) => ({ path, ...withQuery({ productIds }) })),
      anyOrder: true,
    },
  ];
}
