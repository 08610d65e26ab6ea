import type { Customer, Payment } from '@bff/contracts';
import type DataLoader from 'dataloader';
import { createBatchLoader } from '../batch-loader.js';
import type { CustomerClient } from './customer.client.js';

export interface CustomerLoaders {
  /** null when there is no such customer. */
  readonly customerById: DataLoader<string, Customer | null>;
  /** null when nothing was ever paid or authorised for the order. */
  readonly paymentByOrderId: DataLoader<string, Payment | null>;
}

export function createCustomerLoaders(customer: CustomerClient): CustomerLoaders {
  return {
    customerById: createBatchLoader(
      'customerById',
      100,
      (ids) => customer.getCustomers(ids),
      (found) => found.id,
    ),
    paymentByOrderId: createBatchLoader(
      'paymentByOrderId',
      100,
      (ids) => customer.getPayments(ids),
      (found) => found.orderId,
    ),
  };
}
