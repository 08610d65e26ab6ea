import type { Downstreams } from '@bff/downstreams';
import { compensatable } from '@bff/saga';
import { RETRY_FOR } from '../order-draft.js';
import type { OrderDraft } from '../order-draft.js';

/** Creates the order as PENDING, so that the customer sees it. Undone, it is REJECTED with the reason. */
export const openOrder = compensatable({
  name: 'open the order',
  retryFor: RETRY_FOR,
  do: ({ order }: Downstreams, draft: OrderDraft) => {
    const { customerId, paymentMethodId, shippingAddress, lines, total } = draft;
    return order.openOrder(draft.orderId, { customerId, paymentMethodId, shippingAddress, lines: [...lines], total });
  },
  undo: ({ order }, draft, why) => order.rejectOrder(draft.orderId, why.code),
});
