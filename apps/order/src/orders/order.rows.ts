import type { Order, OrderLine } from '@bff/contracts';
import { fromCents } from '@bff/kernel';
import type { Kysely, Selectable } from 'kysely';
import type { OrderTables } from '../order.tables.js';

type OrderRow = Selectable<OrderTables['orders']>;
type LineRow = Selectable<OrderTables['order_lines']>;

/** The orders with these ids, in no particular order. One query for the orders and one for their lines. */
export async function findOrders(database: Kysely<OrderTables>, ids: readonly string[]): Promise<Order[]> {
  return attachLines(database, await database.selectFrom('orders').selectAll().where('id', 'in', ids).execute());
}

/** Reads the lines of orders, in one query, and returns the complete orders. */
export async function attachLines(database: Kysely<OrderTables>, orders: readonly OrderRow[]): Promise<Order[]> {
  if (orders.length === 0) return [];
  const lines = await database
    .selectFrom('order_lines')
    .selectAll()
    .where(
      'order_id',
      'in',
      orders.map((order) => order.id),
    )
    .orderBy('order_id')
    .orderBy('line_no')
    .execute();
  const byOrder = Map.groupBy(lines, (line) => line.order_id);
  return orders.map((order) => toOrder(order, byOrder.get(order.id) ?? []));
}

function toOrder(row: OrderRow, lines: readonly LineRow[]): Order {
  return {
    id: row.id,
    customerId: row.customer_id,
    status: row.status,
    reason: row.reason,
    placedAt: row.placed_at.toISOString(),
    paymentMethodId: row.payment_method_id,
    shippingAddress: row.shipping_address,
    lines: lines.map((line) => toOrderLine(line, row.currency)),
    total: fromCents(row.total_cents, row.currency),
  };
}

function toOrderLine(row: LineRow, currency: string): OrderLine {
  return {
    productId: row.product_id,
    quantity: row.quantity,
    unitPrice: fromCents(row.unit_price_cents, currency),
    discountPercent: row.discount_percent,
    lineTotal: fromCents(row.line_total_cents, currency),
  };
}
