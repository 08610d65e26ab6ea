import type { Downstreams } from '@bff/downstreams';
import { pivot } from '@bff/saga';
import type { OrderDraft } from '../order-draft.js';

/** The point of no return: from here on the order is confirmed. */
export const confirmOrder = pivot({
  name: 'confirm the order',
  do: ({ order }: Downstreams, { orderId }: OrderDraft) => order.confirmOrder(orderId),
});
