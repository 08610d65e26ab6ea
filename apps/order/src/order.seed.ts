import { readFileSync } from 'node:fs';
import type { PostalAddress } from '@bff/contracts';
import { CURRENCY, toCents } from '@bff/kernel';
import type { Kysely } from 'kysely';
import type { OrderTables } from './order.tables.js';

interface Seed {
  readonly orders: readonly {
    readonly id: string;
    readonly customerId: string;
    readonly placedAt: string;
    readonly paymentMethodId: string;
    readonly shippingAddress: PostalAddress;
    readonly total: string;
    readonly lines: readonly {
      readonly productId: string;
      readonly quantity: number;
      readonly unitPrice: string;
      readonly discountPercent: number;
      readonly lineTotal: string;
    }[];
  }[];
}

const cents = (amount: string) => toCents({ amount, currency: CURRENCY });

/** PostgreSQL takes at most 65,535 parameters in one statement. */
const BATCH = 1_000;

/** Fills an empty database with Northwind's orders, all of them confirmed long ago. */
export async function seedNorthwind(database: Kysely<OrderTables>): Promise<void> {
  // Our own file; the seed's spec holds it to this shape.
  const seed = JSON.parse(readFileSync(new URL('../seed/northwind.json', import.meta.url), 'utf8')) as Seed;
  await database.transaction().execute(async (tx) => {
    const first = await tx
      .insertInto('orders')
      .values(seed.orders.map(orderRow))
      .onConflict((conflict) => conflict.doNothing())
      .returning('id')
      .execute();
    if (first.length === 0) return;
    const lines = seed.orders.flatMap(lineRows);
    for (let start = 0; start < lines.length; start += BATCH)
      await tx
        .insertInto('order_lines')
        .values(lines.slice(start, start + BATCH))
        .execute();
  });
}

function orderRow({ id, customerId, placedAt, paymentMethodId, shippingAddress, total }: Seed['orders'][number]) {
  return {
    id,
    customer_id: customerId,
    status: 'CONFIRMED' as const,
    reason: null,
    placed_at: new Date(placedAt),
    payment_method_id: paymentMethodId,
    shipping_address: JSON.stringify(shippingAddress),
    total_cents: cents(total),
  };
}

function lineRows({ id, lines }: Seed['orders'][number]) {
  return lines.map((line, index) => ({
    order_id: id,
    line_no: index,
    product_id: line.productId,
    quantity: line.quantity,
    unit_price_cents: cents(line.unitPrice),
    discount_percent: line.discountPercent,
    line_total_cents: cents(line.lineTotal),
  }));
}
