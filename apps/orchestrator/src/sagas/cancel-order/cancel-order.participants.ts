import type { Downstreams } from '@bff/downstreams';

/** How the saga of an order ended: it was stopped and undone, or said no by itself, or the customer has the order. */
export type OrderEnding = 'STOPPED' | 'REJECTED' | 'CONFIRMED';

/** The sagas in which orders come to be. */
export interface OrderSagas {
  /**
   * Asks the saga of an order to stop, and waits for its end; undefined when there never was one. Any error is trouble: it
   * may have been asked, and has not ended yet.
   */
  stop(orderId: string): Promise<OrderEnding | undefined>;
}

/** Whom the saga asks. */
export interface CancelOrderParticipants extends Downstreams {
  readonly orderSagas: OrderSagas;
}
