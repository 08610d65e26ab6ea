import type { CancelOrderRequest } from '@bff/contracts';
import { retriable } from '@bff/saga';
import type { CancelOrderParticipants } from '../cancel-order.participants.js';

/** The money that was taken is given back. */
export const refundPayment = retriable({
  name: 'refund the payment',
  do: ({ customer }: CancelOrderParticipants, { orderId }: CancelOrderRequest) => customer.refundPayment(orderId),
});
