import { createNorthwindSeed } from '@bff/fakes';
import { toBatches, withQuery } from '../fake-parity-suite.js';
import type { ParityRead } from '../fake-parity-suite.js';

/** All that can be read of Northwind's customers. */
export function listCustomerReads(): readonly ParityRead<'customer'>[] {
  const { customers, payments } = createNorthwindSeed().customer;
  const ids = [...customers.map(({ id }) => id), 'unknown', 'ALFKI'];
  const orderIds = [...payments.map(({ orderId }) => orderId), 'A', 'B', 'unknown'];
  return [
    { operation: 'getCustomers', about: 'all', requests: [withQuery({ ids: ids.join() })], anyOrder: true },
    {
      operation: 'getPayments',
      about: 'of all orders',
      requests: toBatches(orderIds).map((batch) => withQuery({ orderIds: batch })),
      anyOrder: true,
    },
  ];
}
