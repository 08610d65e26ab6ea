import { Inject, Injectable } from '@nestjs/common';
import type { AnswerOf, BodyOf, Order, Purchase } from '@bff/contracts';
import { fromCents, lineTotal, Rejection, sameMoney, sum, toCents } from '@bff/kernel';
import { DATABASE, decodeCursor, encodeCursor } from '@bff/service';
import { sql } from 'kysely';
import type { Kysely, Selectable, Transaction } from 'kysely';
import type { OrderTables } from '../order.tables.js';

type Tx = Transaction<OrderTables>;
type OrderRequest = BodyOf<'order', 'openOrder'>;

/** Orders, from pending to confirmed or rejected. */
@Injectable()
export class OrderStore {
  constructor(@Inject(DATABASE) private readonly database: Kysely<OrderTables>) {}

  async byIds(ids: readonly string[]): Promise<Order[]> {
    const rows = await this.database.selectFrom('orders').selectAll().where('id', 'in', ids).execute();
    return withLines(this.database, rows);
  }

  /** The newest first. */
  async ofCustomer(
    customerId: string,
    first: number,
    after: string | undefined,
  ): Promise<AnswerOf<'order', 'listOrdersOfCustomer'>> {
    let page = this.database
      .selectFrom('orders')
      .selectAll()
      .where('customer_id', '=', customerId)
      .orderBy('placed_at', 'desc')
      .orderBy('id', 'desc')
      .limit(first + 1);
    if (after !== undefined) {
      const [placedAt, id] = decodeCursor(after, 2);
      page = page.where(sql<boolean>`(placed_at, id) < (${placedAt}::timestamptz, ${id})`);
    }
    const [rows, { count }] = await Promise.all([
      page.execute(),
      this.database
        .selectFrom('orders')
        .select((eb) => eb.fn.countAll<number>().as('count'))
        .where('customer_id', '=', customerId)
        .executeTakeFirstOrThrow(),
    ]);
    const shown = rows.slice(0, first);
    const last = shown.at(-1);
    const nextCursor = rows.length > first && last ? encodeCursor([last.placed_at.toISOString(), last.id]) : null;
    return { items: await withLines(this.database, shown), totalCount: count, nextCursor };
  }

  async lastPurchases(customerId: string, productIds: readonly string[]): Promise<Purchase[]> {
    const rows = await this.database
      .selectFrom('orders as o')
      .innerJoin('order_lines as l', 'l.order_id', 'o.id')
      .distinctOn('l.product_id')
      .select(['l.product_id', 'o.id', 'l.quantity', 'o.placed_at'])
      .where('o.customer_id', '=', customerId)
      .where('o.status', '=', 'CONFIRMED')
      .where('l.product_id', 'in', productIds)
      .orderBy('l.product_id')
      .orderBy('o.placed_at', 'desc')
      .orderBy('o.id', 'desc')
      .execute();
    return rows.map((row) => ({
      productId: row.product_id,
      orderId: row.id,
      quantity: row.quantity,
      placedAt: row.placed_at.toISOString(),
    }));
  }

  /** Throws Rejection TOTAL_MISMATCH or ORDER_EXISTS. */
  async open(tx: Tx, orderId: string, request: OrderRequest): Promise<Order> {
    holdTotals(request);
    const existing = await find(tx, orderId);
    if (existing) return keepExisting(existing, request);
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
      })
      .execute();
    await tx
      .insertInto('order_lines')
      .values(request.lines.map((line, index) => lineRow(orderId, line, index)))
      .execute();
    return findOrThrow(tx, orderId);
  }

  /** Throws Rejection ORDER_CONFIRMED. */
  async reject(tx: Tx, orderId: string, reason: string): Promise<AnswerOf<'order', 'rejectOrder'>> {
    const order = await find(tx, orderId);
    if (order?.status === 'CONFIRMED')
      throw new Rejection('ORDER_CONFIRMED', `Order ${orderId} is confirmed and cannot be rejected.`);
    if (order?.status !== 'PENDING') return { orderId, rejected: false };
    await tx.updateTable('orders').set({ status: 'REJECTED', reason }).where('id', '=', orderId).execute();
    return { orderId, rejected: true };
  }

  /** Throws Rejection ORDER_MISSING. */
  async confirm(tx: Tx, orderId: string): Promise<Order> {
    const order = await find(tx, orderId);
    if (!order || order.status === 'REJECTED')
      throw new Rejection('ORDER_MISSING', `There is no open order ${orderId}.`);
    await tx.updateTable('orders').set({ status: 'CONFIRMED' }).where('id', '=', orderId).execute();
    return { ...order, status: 'CONFIRMED' };
  }
}

/** Throws Rejection TOTAL_MISMATCH. */
function holdTotals({ lines, total }: OrderRequest): void {
  const wrong = lines.find(
    (line) => !sameMoney(line.lineTotal, lineTotal(line.unitPrice, line.quantity, line.discountPercent)),
  );
  if (wrong)
    throw new Rejection('TOTAL_MISMATCH', `The total of the line of product ${wrong.productId} is wrong.`, {}, 422);
  if (
    !sameMoney(
      total,
      sum(
        lines.map((line) => line.lineTotal),
        total.currency,
      ),
    )
  )
    throw new Rejection('TOTAL_MISMATCH', 'The total is not the sum of the lines.', {}, 422);
}

/** A second opening of an order under another key: fine when it holds the same. */
function keepExisting(existing: Order, request: OrderRequest): Order {
  const contents = ({ customerId, paymentMethodId, shippingAddress: to, lines, total }: OrderRequest) =>
    JSON.stringify([
      ...[customerId, paymentMethodId, total.amount, total.currency],
      ...[to.recipient, to.street, to.city, to.region, to.postalCode, to.country],
      ...lines.map((line) => [line.productId, line.quantity, line.unitPrice.amount, line.discountPercent]),
    ]);
  if (contents(existing) === contents(request)) return existing;
  throw new Rejection('ORDER_EXISTS', `Order ${existing.id} exists and holds something else.`);
}

function lineRow(orderId: string, line: Order['lines'][number], index: number) {
  return {
    order_id: orderId,
    line_no: index,
    product_id: line.productId,
    quantity: line.quantity,
    unit_price_cents: toCents(line.unitPrice),
    discount_percent: line.discountPercent,
    line_total_cents: toCents(line.lineTotal),
  };
}

async function find(tx: Tx, orderId: string): Promise<Order | undefined> {
  const rows = await tx.selectFrom('orders').selectAll().where('id', '=', orderId).execute();
  return (await withLines(tx, rows))[0];
}

async function findOrThrow(tx: Tx, orderId: string): Promise<Order> {
  const order = await find(tx, orderId);
  if (!order) throw new Error(`Order ${orderId} was written and is not there`);
  return order;
}

/** Puts the lines to their orders, keeping the order of the orders. One query for all. */
async function withLines(
  db: Kysely<OrderTables>,
  orders: readonly Selectable<OrderTables['orders']>[],
): Promise<Order[]> {
  if (orders.length === 0) return [];
  const rows = await db
    .selectFrom('order_lines')
    .selectAll()
    .where(
      'order_id',
      'in',
      orders.map(({ id }) => id),
    )
    .orderBy('order_id')
    .orderBy('line_no')
    .execute();
  const linesOf = Map.groupBy(rows, (row) => row.order_id);
  return orders.map((order) => ({
    id: order.id,
    customerId: order.customer_id,
    status: order.status,
    reason: order.reason,
    placedAt: order.placed_at.toISOString(),
    paymentMethodId: order.payment_method_id,
    shippingAddress: order.shipping_address,
    lines: (linesOf.get(order.id) ?? []).map((line) => ({
      productId: line.product_id,
      quantity: line.quantity,
      unitPrice: fromCents(line.unit_price_cents),
      discountPercent: line.discount_percent,
      lineTotal: fromCents(line.line_total_cents),
    })),
    total: fromCents(order.total_cents),
  }));
}
