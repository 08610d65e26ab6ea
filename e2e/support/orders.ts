import { randomUUID } from 'node:crypto';
import type { GraphQLAnswer, World } from './world.js';

const CREATE_ORDER = `mutation ($input: CreateOrderInput!) { createOrder(input: $input) {
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
  ... on IdempotencyConflict { orderId }
} }`;

/** A member of CreateOrderResult. */
export interface CreateOrderResult {
  readonly __typename: string;
  readonly orderId: string;
}

/** Sends a createOrder with sensible defaults, and returns the response. */
export async function sendCreateOrder(world: World, customer: string | null, input: object): Promise<GraphQLAnswer> {
  const defaults = {
    idempotencyKey: randomUUID(),
    lines: [{ productId: '1', quantity: 1 }],
    shippingAddressId: 'ALFKI-1',
    paymentMethodId: 'ALFKI-card',
    waitMs: 20_000,
  };
  return world.ask(customer, CREATE_ORDER, { input: { ...defaults, ...input } });
}

/** Sends a createOrder, and returns the member of the union in its response. */
export async function createOrder(world: World, customer: string, input: object): Promise<CreateOrderResult> {
  const { data, errors } = await sendCreateOrder(world, customer, input);
  if (errors) throw new Error(`createOrder answered ${JSON.stringify(errors)}`);
  return (data as { createOrder: CreateOrderResult }).createOrder;
}

export interface Stock {
  readonly on_hand: number;
  readonly reserved: number;
  readonly sold: number;
}

/** What every service holds, read from its own database. */
export interface Ledger {
  /** Stock, authorisations and captures, and how many orders are open or confirmed: what a rejected order must not change. */
  readonly all: unknown;
  /** The number of orders that were ever written, in any status. */
  readonly orders: number;
  stock(productId: string): Stock;
  method(id: string): { readonly authorised_cents: number; readonly captured_cents: number };
}

export async function readLedger(world: World): Promise<Ledger> {
  const products = await world.rows('catalog', 'select id, on_hand, reserved, sold from products order by id');
  const methods = await world.rows(
    'customer',
    'select id, authorised_cents::int, captured_cents::int from payment_methods order by id',
  );
  const live = await world.rows('order', "select id, status from orders where status <> 'REJECTED' order by id");
  const [counted] = await world.rows('order', 'select count(*)::int as orders from orders');
  const find = (rows: readonly Record<string, unknown>[], wanted: string): Record<string, unknown> => {
    const { id: _, ...row } = rows.find(({ id }) => id === wanted) ?? {};
    return row;
  };
  return {
    all: { products, methods, live },
    orders: Number(counted?.['orders']),
    // The columns are those selected above.
    stock: (productId) => find(products, productId) as unknown as Stock,
    method: (id) => find(methods, id) as unknown as ReturnType<Ledger['method']>,
  };
}
