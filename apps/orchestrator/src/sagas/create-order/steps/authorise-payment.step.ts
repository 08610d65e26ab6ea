import type { Downstreams } from '@bff/downstreams';
import { compensatable } from '@bff/saga';
import { RETRY_FOR } from '../order-draft.js';
import type { OrderDraft } from '../order-draft.js';

/** Holds the money on the customer's payment method. */
export const authorisePayment = compensatable({
  name: 'authorise the payment',
  retryFor: RETRY_FOR,
  do: ({ customer }: Downstreams, { orderId, customerId, paymentMethodId, total }: OrderDraft) =>
    customer.authorisePayment(orderId, { customerId, paymentMethodId, amount: total }),
  undo: ({ customer }, { orderId }) => customer.voidPayment(orderId),
});
