import type { Money } from '@bff/kernel';

/** What starts a CreateOrder saga. The order's id is the saga's id. */
export interface CreateOrderRequest {
  readonly customerId: string;
  /** One line a product, sorted by product. */
  readonly lines: readonly { readonly productId: string; readonly quantity: number }[];
  readonly shippingAddressId: string;
  readonly paymentMethodId: string;
}

/** What a completed CreateOrder saga says. */
export interface CreateOrderSagaResult {
  readonly orderId: string;
  readonly total: Money;
}

/**
 * Why a CreateOrder saga was rejected, with what the rejection's details hold:
 * - CUSTOMER_NOT_ELIGIBLE: reason (a CustomerIneligibility).
 * - PRODUCT_UNAVAILABLE: productId.
 * - OUT_OF_STOCK: productId, requested, available.
 * - NO_TOTAL: reason (an UncountableReason); the lines are in several currencies, or cost more than can be counted.
 * - PAYMENT_DECLINED: nothing.
 * - PAYMENT_METHOD_UNKNOWN: nothing; it was taken away after the saga began.
 * - PRICE_CHANGED: productId, oldPrice, newPrice (decimal text), oldCurrency, newCurrency (absent in older sagas: USD).
 * - TIMED_OUT: nothing; a participant kept failing for too long.
 * - RESERVATION_EXPIRED: nothing; the order took longer than stock is held.
 * - UNDONE: nothing; another caller undid the order while it was in progress.
 * - CANCELLED: nothing; the customer cancelled the order before it was confirmed.
 */
export type CreateOrderRejectionCode =
  | 'CUSTOMER_NOT_ELIGIBLE'
  | 'PRODUCT_UNAVAILABLE'
  | 'OUT_OF_STOCK'
  | 'NO_TOTAL'
  | 'PAYMENT_DECLINED'
  | 'PAYMENT_METHOD_UNKNOWN'
  | 'PRICE_CHANGED'
  | 'TIMED_OUT'
  | 'RESERVATION_EXPIRED'
  | 'UNDONE'
  | 'CANCELLED';

export type CustomerIneligibility = 'UNKNOWN_CUSTOMER' | 'BLOCKED' | 'UNKNOWN_ADDRESS' | 'UNKNOWN_PAYMENT_METHOD';

/** Under which name the saga is started and found, whatever its version. */
export const createOrderSaga: {
  readonly name: string;
  readonly types?: { readonly request: CreateOrderRequest; readonly result: CreateOrderSagaResult };
} = { name: 'CreateOrder' };
