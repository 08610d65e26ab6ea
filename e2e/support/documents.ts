import { randomUUID } from 'node:crypto';
import { document } from '@bff/testing';

/** The order page as a screen asks for it. */
export const OrderPage = document<{
  readonly orderPage: {
    readonly id: string;
    readonly status: string;
    readonly customer: { readonly contactName: string } | null;
    readonly lines: readonly { readonly quantity: number; readonly product: { readonly name: string } | null }[];
    readonly payment: { readonly state: string } | null;
  };
}>(`query ($orderId: ID!) { orderPage(orderId: $orderId) {
  id status customer { contactName } lines { quantity product { name } } payment { state }
} }`);

/** Places an order. */
export const CreateOrder = document<{
  readonly createOrder: { readonly __typename: string; readonly orderId: string };
}>(
  `mutation ($input: CreateOrderInput!) { createOrder(input: $input) {
    __typename
    ... on OrderConfirmed { orderId total { amount currency } }
    ... on OrderPending { orderId }
    ... on OutOfStock { orderId productId requested available }
    ... on OrderHasNoTotal { orderId problem }
    ... on PaymentDeclined { orderId }
    ... on PriceChanged { orderId productId oldPrice { amount } newPrice { amount } }
    ... on ProductUnavailable { orderId productId }
    ... on CustomerNotEligible { orderId reason }
    ... on OrderTimedOut { orderId }
    ... on OrderCancelled { orderId }
    ... on IdempotencyConflict { orderId }
  } }`,
);

/** Cancels an order. */
export const CancelOrder = document<{
  readonly cancelOrder: { readonly __typename: string; readonly orderId: string };
}>(
  `mutation ($input: CancelOrderInput!) { cancelOrder(input: $input) {
    __typename
    ... on OrderCancelled { orderId refunded { amount currency } }
    ... on CancellationPending { orderId }
    ... on OrderNotCancellable { orderId }
    ... on OrderNotFound { orderId }
  } }`,
);

/** An order of two mugs by ada, each time a new one; waits for the outcome. */
export function twoMugs(more: object = {}): object {
  return {
    idempotencyKey: randomUUID(),
    lines: [{ productId: 'mug', quantity: 2 }],
    shippingAddressId: 'ada-home',
    paymentMethodId: 'ada-card',
    waitMs: 30_000,
    ...more,
  };
}
