import type { Downstreams } from '@bff/downstreams';

/** How the saga of an order ended: it was stopped and undone, it was rejected by itself, or the order is confirmed. */
export type OrderEnding = 'STOPPED' | 'REJECTED' | 'CONFIRMED';

/** The sagas that place orders. */
export interface OrderSagas {
  /**
   * Cancels the saga of an order, and waits for its end; undefined when the order has no saga. Any error is transient: the saga
   * may have been cancelled, and has not ended yet.
   */
  stop(orderId: string): Promise<OrderEnding | undefined>;
}

/** The participants of CancelOrder. */
export interface CancelOrderParticipants extends Downstreams {
  readonly orderSagas: OrderSagas;
}
