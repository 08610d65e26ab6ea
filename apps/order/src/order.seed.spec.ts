import { describe, expect, it } from '@jest/globals';
import { readConfig } from '@bff/config';
import { computeLineTotal, sum } from '@bff/kernel';
import { createTestDatabase } from '@bff/testing';
import { sql } from 'kysely';
import { orderConfig } from './order.config.js';
import { startOrder } from './order.app.js';
import { findOrders } from './orders/order.rows.js';

async function seeded(databaseUrl: string, seed: string) {
  const config = readConfig(orderConfig, {
    ORDER_DATABASE_URL: databaseUrl,
    EVENTS_DATABASE_URL: databaseUrl,
    SEED: seed,
  });
  const order = await startOrder(config, { port: 0, quiet: true });
  const { rows } = await sql<Record<string, number>>`
    select (select count(*) from orders) as orders,
           (select count(*) from orders where status = 'CONFIRMED') as confirmed,
           (select count(distinct customer_id) from orders) as customers,
           (select count(*) from order_lines) as lines`.execute(order.database);
  return { order, counts: rows[0] };
}

const northwind = { orders: 830, confirmed: 830, customers: 89, lines: 2155 };

describe('the seed of the order service', () => {
  it('is the 830 orders of Northwind with their 2155 lines, all confirmed, and is sown once', async () => {
    const databaseUrl = await createTestDatabase();
    const first = await seeded(databaseUrl, 'northwind');
    expect(first.counts).toEqual(northwind);
    await first.order.close();

    const second = await seeded(databaseUrl, 'northwind');
    expect(second.counts).toEqual(northwind);
    await second.order.close();
  });

  it('adds up, line by line', async () => {
    const { order } = await seeded(await createTestDatabase(), 'northwind');
    const ids = await order.database.selectFrom('orders').select('id').execute();
    for (const { lines, total } of await findOrders(
      order.database,
      ids.map(({ id }) => id),
    )) {
      for (const line of lines)
        expect(line.lineTotal).toEqual(computeLineTotal(line.unitPrice, line.quantity, line.discountPercent));
      expect(total).toEqual(sum(lines.map((line) => line.lineTotal)));
    }
    await order.close();
  });

  it('is sown once when two instances start at the same moment', async () => {
    const databaseUrl = await createTestDatabase();
    const both = await Promise.all([seeded(databaseUrl, 'northwind'), seeded(databaseUrl, 'northwind')]);
    expect(both.map(({ counts }) => counts)).toEqual([northwind, northwind]);
    await Promise.all(both.map(({ order }) => order.close()));
  });

  it('is left out when it is not asked for', async () => {
    const { order, counts } = await seeded(await createTestDatabase(), 'none');
    expect(counts).toEqual({ orders: 0, confirmed: 0, customers: 0, lines: 0 });
    await order.close();
  });
});
