import type { CancelOrderRequest } from '@bff/contracts';
import { retriable } from '@bff/saga';
import type { CancelOrderParticipants } from '../cancel-order.participants.js';

/** Returns the sold units to stock. */
export const returnStock = retriable({
  name: 'return the stock',
  do: ({ catalog }: CancelOrderParticipants, { orderId }: CancelOrderRequest) => catalog.returnStock(orderId),
});
