import type { Money } from '@bff/kernel';

/** What starts a CancelOrder saga. The order's id is the saga's id: an order is cancelled once. */
export interface CancelOrderRequest {
  readonly orderId: string;
  readonly customerId: string;
}

/** What a completed CancelOrder saga says. */
export interface CancelOrderSagaResult {
  readonly orderId: string;
  /** What was given back; null when no money had been taken. */
  readonly refunded: Money | null;
}

/**
 * Why a CancelOrder saga was rejected; the details hold nothing.
 * - ORDER_REJECTED: the order was rejected before; there is nothing to cancel.
 * - ORDER_UNKNOWN: the customer has no such order.
 */
export type CancelOrderRejectionCode = 'ORDER_REJECTED' | 'ORDER_UNKNOWN';

/** Under which name the saga is started and found, whatever its version. */
export const cancelOrderSaga: {
  readonly name: string;
  readonly types?: { readonly request: CancelOrderRequest; readonly result: CancelOrderSagaResult };
} = { name: 'CancelOrder' };
