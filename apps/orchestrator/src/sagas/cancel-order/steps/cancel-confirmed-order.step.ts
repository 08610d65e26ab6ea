import type { CancelOrderRequest } from '@bff/contracts';
import { retriable } from '@bff/saga';
import type { CancelOrderParticipants } from '../cancel-order.participants.js';

/** The customer does not have the order any more. */
export const cancelConfirmedOrder = retriable({
  name: 'cancel the order',
  do: ({ order }: CancelOrderParticipants, { orderId }: CancelOrderRequest) => order.cancelOrder(orderId),
});
