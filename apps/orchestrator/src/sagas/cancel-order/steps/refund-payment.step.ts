import type { CancelOrderRequest } from '@bff/contracts';
import { retriable } from '@bff/saga';
import type { CancelOrderParticipants } from '../cancel-order.participants.js';

/** Refunds the captured payment. */
export const refundPayment = retriable({
  name: 'refund the payment',
  do: ({ customer }: CancelOrderParticipants, { orderId }: CancelOrderRequest) => customer.refundPayment(orderId),
});
