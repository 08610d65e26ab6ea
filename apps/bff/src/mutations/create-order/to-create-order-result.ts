import type { CreateOrderRejectionCode, CreateOrderSagaResult, CustomerIneligibility } from '@bff/contracts';
import { CURRENCY } from '@bff/kernel';
import type { UncountableReason } from '@bff/kernel';
import type { Outcome, SagaRejection } from '@bff/saga';
import type { CreateOrderResult } from './create-order.model.js';

type Details = SagaRejection['details'];
type ToMember = (orderId: string, message: string, details: Details) => CreateOrderResult;

/** The member of the union that stands for the outcome of the saga. */
export function toCreateOrderResult(orderId: string, outcome: Outcome<CreateOrderSagaResult>): CreateOrderResult {
  if (outcome.outcome === 'completed') return { __typename: 'OrderConfirmed', orderId, total: outcome.result.total };
  const { code, message, details } = outcome.rejection;
  const toMember = MEMBERS[code];
  if (!toMember)
    throw new Error(`No member of CreateOrderResult stands for the rejection ${code} of "${outcome.step}"`);
  return toMember(orderId, message, details);
}

const toOrderTimedOut: ToMember = (orderId) => ({
  __typename: 'OrderTimedOut',
  orderId,
  message: 'The order took too long, and was abandoned. Nothing is charged.',
});

const MEMBERS: Readonly<Record<string, ToMember>> = {
  OUT_OF_STOCK: (orderId, message, details) => ({
    __typename: 'OutOfStock',
    orderId,
    message,
    productId: String(details['productId']),
    requested: Number(details['requested']),
    available: Number(details['available']),
  }),
  NO_TOTAL: (orderId, message, details) => ({
    __typename: 'OrderHasNoTotal',
    orderId,
    message,
    // The saga's steps put nothing else there.
    problem: details['reason'] as UncountableReason,
  }),
  PAYMENT_DECLINED: (orderId, message) => ({ __typename: 'PaymentDeclined', orderId, message }),
  PRICE_CHANGED: (orderId, message, details) => ({
    __typename: 'PriceChanged',
    orderId,
    message,
    productId: String(details['productId']),
    oldPrice: { amount: String(details['oldPrice']), currency: String(details['oldCurrency'] ?? CURRENCY) },
    newPrice: { amount: String(details['newPrice']), currency: String(details['newCurrency'] ?? CURRENCY) },
  }),
  PRODUCT_UNAVAILABLE: (orderId, message, details) => ({
    __typename: 'ProductUnavailable',
    orderId,
    message,
    productId: String(details['productId']),
  }),
  CUSTOMER_NOT_ELIGIBLE: (orderId, message, details) => ({
    __typename: 'CustomerNotEligible',
    orderId,
    message,
    // The saga's steps put nothing else there.
    reason: details['reason'] as CustomerIneligibility,
  }),
  // The payment method was removed while the saga was running.
  PAYMENT_METHOD_UNKNOWN: (orderId, message) => ({
    __typename: 'CustomerNotEligible',
    orderId,
    message,
    reason: 'UNKNOWN_PAYMENT_METHOD',
  }),
  TIMED_OUT: toOrderTimedOut,
  RESERVATION_EXPIRED: toOrderTimedOut,
  // The order was undone by another caller while the saga was running.
  UNDONE: toOrderTimedOut,
  CANCELLED: (orderId) => ({ __typename: 'OrderCancelled', orderId, refunded: null }),
} satisfies Record<CreateOrderRejectionCode, ToMember>;
