import { isDeepStrictEqual } from 'node:util';
import { Inject, Injectable } from '@nestjs/common';
import type { AnswerOf, BodyOf, Order } from '@bff/contracts';
import { computeLineTotal, Rejection, isSameMoney, sum, toCents } from '@bff/kernel';
import { DATABASE } from '@bff/service';
import type { Kysely, Transaction } from 'kysely';
import type { OrderTables } from '../order.tables.js';
import { findOrders } from './order.rows.js';

type Tx = Transaction<OrderTables>;
type OrderRequest = BodyOf<'order', 'openOrder'>;

/** Orders: PENDING first, then CONFIRMED, REJECTED or CANCELLED. */
@Injectable()
export class OrderStore {
  constructor(@Inject(DATABASE) private readonly database: Kysely<OrderTables>) {}

  findByIds(ids: readonly string[]): Promise<Order[]> {
    return findOrders(this.database, ids);
  }

  /** Throws Rejection TOTAL_MISMATCH or ORDER_EXISTS. */
  async open(tx: Tx, orderId: string, request: OrderRequest): Promise<Order> {
    if (!hasCorrectTotal(request))
      throw new Rejection('TOTAL_MISMATCH', `The total of order ${orderId} is not the sum of its lines.`, {}, 422);
    const existing = await find(tx, orderId);
    if (existing) return acceptExisting(existing, request);
    await insert(tx, orderId, request);
    return findOrThrow(tx, orderId);
  }

  /** Throws Rejection ORDER_MISSING. */
  async confirm(tx: Tx, orderId: string): Promise<Order> {
    const order = await find(tx, orderId);
    if (order?.status !== 'PENDING' && order?.status !== 'CONFIRMED')
      throw new Rejection('ORDER_MISSING', `There is no open order ${orderId}.`);
    await tx.updateTable('orders').set({ status: 'CONFIRMED' }).where('id', '=', orderId).execute();
    return { ...order, status: 'CONFIRMED' };
  }

  /** Throws Rejection ORDER_CONFIRMED. */
  async reject(tx: Tx, orderId: string, reason: string): Promise<AnswerOf<'order', 'rejectOrder'>> {
    const order = await find(tx, orderId);
    if (order?.status === 'CONFIRMED')
      throw new Rejection('ORDER_CONFIRMED', `Order ${orderId} is confirmed and cannot be rejected.`);
    if (order?.status !== 'PENDING') return { orderId, rejected: false };
    await tx.updateTable('orders').set({ status: 'REJECTED', reason }).where('id', '=', orderId).execute();
    return { orderId, rejected: true, reason };
  }

  /** Cancels an order; a rejected or cancelled one stays as it is. */
  async cancel(tx: Tx, orderId: string): Promise<AnswerOf<'order', 'cancelOrder'>> {
    const order = await find(tx, orderId);
    if (order?.status !== 'PENDING' && order?.status !== 'CONFIRMED') return { orderId, cancelled: false };
    await tx.updateTable('orders').set({ status: 'CANCELLED' }).where('id', '=', orderId).execute();
    return { orderId, cancelled: true };
  }
}

/** True when the total of every line is correct, and the total of the order is their sum. */
function hasCorrectTotal({ lines, total }: OrderRequest): boolean {
  try {
    const right = lines.every((line) =>
      isSameMoney(line.lineTotal, computeLineTotal(line.unitPrice, line.quantity, line.discountPercent)),
    );
    return right && isSameMoney(total, sum(lines.map((line) => line.lineTotal)));
  } catch (error) {
    // Amounts in several currencies, or above the maximum, have no sum.
    if (error instanceof RangeError) return false;
    throw error;
  }
}

/** Opening the same order again, with another idempotency key, is accepted when the contents are the same. */
function acceptExisting(existing: Order, request: OrderRequest): Order {
  const { customerId, paymentMethodId, shippingAddress, lines, total } = existing;
  if (!isDeepStrictEqual({ customerId, paymentMethodId, shippingAddress, lines, total }, request))
    throw new Rejection('ORDER_EXISTS', `Order ${existing.id} was opened with other contents.`);
  return existing;
}

async function insert(tx: Tx, orderId: string, request: OrderRequest): Promise<void> {
  await tx
    .insertInto('orders')
    .values({
      id: orderId,
      customer_id: request.customerId,
      status: 'PENDING',
      reason: null,
      placed_at: new Date(),
      payment_method_id: request.paymentMethodId,
      shipping_address: JSON.stringify(request.shippingAddress),
      total_cents: toCents(request.total),
      currency: request.total.currency,
    })
    .execute();
  const lines = request.lines.map((line, index) => ({
    order_id: orderId,
    line_no: index,
    product_id: line.productId,
    quantity: line.quantity,
    unit_price_cents: toCents(line.unitPrice),
    discount_percent: line.discountPercent,
    line_total_cents: toCents(line.lineTotal),
  }));
  await tx.insertInto('order_lines').values(lines).execute();
}

async function find(tx: Tx, orderId: string): Promise<Order | undefined> {
  return (await findOrders(tx, [orderId]))[0];
}

async function findOrThrow(tx: Tx, orderId: string): Promise<Order> {
  const order = await find(tx, orderId);
  if (!order) throw new Error(`Order ${orderId} was written and is not there`);
  return order;
}
