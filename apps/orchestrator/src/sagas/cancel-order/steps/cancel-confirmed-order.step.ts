import type { CancelOrderRequest } from '@bff/contracts';
import { retriable } from '@bff/saga';
import type { CancelOrderParticipants } from '../cancel-order.participants.js';

/** Cancels the confirmed order. */
export const cancelConfirmedOrder = retriable({
  name: 'cancel the order',
  do: ({ order }: CancelOrderParticipants, { orderId }: CancelOrderRequest) => order.cancelOrder(orderId),
});
