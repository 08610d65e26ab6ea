import type { PostalAddress } from '@bff/contracts';
import { CURRENCY, toCents } from '@bff/kernel';
import { readNorthwindOrder } from '@bff/samples';
import type { NorthwindOrder } from '@bff/samples';
import type { Kysely } from 'kysely';
import type { OrderTables } from './order.tables.js';

const parseCents = (amount: string) => toCents({ amount, currency: CURRENCY });

/** The number of lines in one statement: PostgreSQL accepts at most 65,535 parameters. */
const BATCH_SIZE = 1_000;

/** Fills an empty database with Northwind's orders, all of them confirmed. */
export async function seedNorthwind(database: Kysely<OrderTables>): Promise<void> {
  const seed = readNorthwindOrder();
  await database.transaction().execute(async (tx) => {
    const first = await tx
      .insertInto('orders')
      .values(seed.orders.map(toOrderRow))
      .onConflict((conflict) => conflict.doNothing())
      .returning('id')
      .execute();
    if (first.length === 0) return;
    const lines = seed.orders.flatMap(toLineRows);
    for (let start = 0; start < lines.length; start += BATCH_SIZE)
      await tx
        .insertInto('order_lines')
        .values(lines.slice(start, start + BATCH_SIZE))
        .execute();
  });
}

type SeedOrder = NorthwindOrder['orders'][number];

function toOrderRow({ id, customerId, placedAt, paymentMethodId, shippingAddress, total }: SeedOrder) {
  return {
    id,
    customer_id: customerId,
    status: 'CONFIRMED' as const,
    reason: null,
    placed_at: new Date(placedAt),
    payment_method_id: paymentMethodId,
    shipping_address: JSON.stringify(shippingAddress satisfies PostalAddress),
    total_cents: parseCents(total),
    currency: CURRENCY,
  };
}

function toLineRows({ id, lines }: SeedOrder) {
  return lines.map((line, index) => ({
    order_id: id,
    line_no: index,
    product_id: line.productId,
    quantity: line.quantity,
    unit_price_cents: parseCents(line.unitPrice),
    discount_percent: line.discountPercent,
    line_total_cents: parseCents(line.lineTotal),
  }));
}
