import type { Downstreams } from '@bff/downstreams';
import { retriable } from '@bff/saga';
import type { OrderDraft } from '../order-draft.js';

/** The money that was held is taken. */
export const capturePayment = retriable({
  name: 'capture the payment',
  do: ({ customer }: Downstreams, { orderId }: OrderDraft) => customer.capturePayment(orderId),
});
