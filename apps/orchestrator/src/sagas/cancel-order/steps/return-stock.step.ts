import type { CancelOrderRequest } from '@bff/contracts';
import { retriable } from '@bff/saga';
import type { CancelOrderParticipants } from '../cancel-order.participants.js';

/** The units that were sold are on hand again. */
export const returnStock = retriable({
  name: 'return the stock',
  do: ({ catalog }: CancelOrderParticipants, { orderId }: CancelOrderRequest) => catalog.returnStock(orderId),
});
