import type { Order } from '@bff/contracts';
import type DataLoader from 'dataloader';
import { createBatchLoader } from '../batch-loader.js';
import type { OrderClient } from './order.client.js';

export interface OrderLoaders {
  /** null when there is no such order. */
  readonly orderById: DataLoader<string, Order | null>;
}

export function createOrderLoaders(order: OrderClient): OrderLoaders {
  return {
    orderById: createBatchLoader(
      'orderById',
      100,
      (ids) => order.getOrders(ids),
      (found) => found.id,
    ),
  };
}
