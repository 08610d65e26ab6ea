import type { Downstreams } from '@bff/downstreams';
import { retriable } from '@bff/saga';
import type { OrderDraft } from '../order-draft.js';

/** Takes the money that was held. */
export const capturePayment = retriable({
  name: 'capture the payment',
  do: ({ customer }: Downstreams, { orderId }: OrderDraft) => customer.capturePayment(orderId),
});
