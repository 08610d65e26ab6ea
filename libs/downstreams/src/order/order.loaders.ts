import type { Order } from '@bff/contracts';
import type DataLoader from 'dataloader';
import { batchLoader } from '../batch-loader.js';
import type { OrderClient } from './order.client.js';

export interface OrderLoaders {
  /** null when there is no such order. */
  readonly orderById: DataLoader<string, Order | null>;
}

export function orderLoaders(order: OrderClient): OrderLoaders {
  return {
    orderById: batchLoader(
      'orderById',
      100,
      (ids) => order.getOrders(ids),
      (found) => found.id,
    ),
  };
}
