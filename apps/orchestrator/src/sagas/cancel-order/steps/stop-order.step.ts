import type { CancelOrderRequest } from '@bff/contracts';
import { Rejection } from '@bff/kernel';
import { pivot } from '@bff/saga';
import type { CancelOrderParticipants } from '../cancel-order.participants.js';

/** Stops the order: its saga was stopped before the pivot, or the order is confirmed and must be taken back. */
export const stopOrder = pivot({
  name: 'stop the order',
  do: async (
    { orderSagas, order }: CancelOrderParticipants,
    { orderId, customerId }: CancelOrderRequest,
  ): Promise<'STOPPED' | 'CONFIRMED'> => {
    const ending = await orderSagas.stop(orderId);
    if (ending === 'STOPPED' || ending === 'CONFIRMED') return ending;
    // Of an order without a saga, the order service knows the state.
    const [known] = await order.getOrders([orderId]);
    if (ending === 'REJECTED' || known?.status === 'REJECTED')
      throw new Rejection('ORDER_REJECTED', 'The order was rejected: there is nothing to cancel.');
    if (known?.customerId !== customerId) throw new Rejection('ORDER_UNKNOWN', 'There is no such order.');
    if (known.status === 'PENDING') throw new Error(`Order ${orderId} is PENDING, but has no saga in the engine`);
    return 'CONFIRMED';
  },
});
