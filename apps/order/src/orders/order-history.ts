import { Inject, Injectable } from '@nestjs/common';
import { ContractViolation } from '@bff/contracts';
import type { AnswerOf, Purchase, QueryOf } from '@bff/contracts';
import { DATABASE, decodeCursor, encodeCursor } from '@bff/service';
import { sql } from 'kysely';
import type { Kysely } from 'kysely';
import type { OrderTables } from '../order.tables.js';
import { attachLines } from './order.rows.js';

/** The orders of a customer over time. */
@Injectable()
export class OrderHistory {
  constructor(@Inject(DATABASE) private readonly database: Kysely<OrderTables>) {}

  /** A page of a customer's orders, the newest first. Throws ContractViolation for a cursor that no page returned. */
  async readPage(
    customerId: string,
    query: QueryOf<'order', 'listOrdersOfCustomer'>,
  ): Promise<AnswerOf<'order', 'listOrdersOfCustomer'>> {
    const first = query.first ?? 10;
    const ofCustomer = this.database.selectFrom('orders').where('customer_id', '=', customerId);
    let page = ofCustomer
      .selectAll()
      .orderBy('placed_at', 'desc')
      .orderBy('id', 'desc')
      .limit(first + 1);
    if (query.after !== undefined) {
      const { placedAt, id } = parseCursor(query.after);
      page = page.where(sql<boolean>`(placed_at, id) < (${placedAt}, ${id})`);
    }
    const [rows, { count }] = await Promise.all([
      page.execute(),
      ofCustomer.select((eb) => eb.fn.countAll<number>().as('count')).executeTakeFirstOrThrow(),
    ]);
    const items = await attachLines(this.database, rows.slice(0, first));
    const last = items.at(-1);
    const nextCursor = rows.length > first && last ? encodeCursor([last.placedAt, last.id]) : null;
    return { items, totalCount: count, nextCursor };
  }

  /** The latest confirmed order of each product; products that the customer never bought are omitted. */
  async findLastPurchases(customerId: string, productIds: readonly string[]): Promise<Purchase[]> {
    const rows = await this.database
      .selectFrom('orders as o')
      .innerJoin('order_lines as l', 'l.order_id', 'o.id')
      .distinctOn('l.product_id')
      .select((eb) => ['l.product_id', 'o.id', 'o.placed_at', eb.fn.sum<number>('l.quantity').as('quantity')])
      .where('o.customer_id', '=', customerId)
      .where('o.status', '=', 'CONFIRMED')
      .where('l.product_id', 'in', productIds)
      // An order may have several lines with the same product.
      .groupBy(['l.product_id', 'o.id'])
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
}

function parseCursor(cursor: string): { placedAt: Date; id: string } {
  const [text = '', id = ''] = decodeCursor(cursor, 2);
  const placedAt = new Date(text);
  if (!/^\d{4}-/.test(text) || Number.isNaN(placedAt.getTime()))
    throw new ContractViolation('query.after is not a cursor that a page of this list gave out');
  return { placedAt, id };
}
