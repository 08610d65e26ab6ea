import { afterAll, beforeAll } from '@jest/globals';
import { readConfig } from '@bff/config';
import type { RunningService } from '@bff/service';
import { createTestDatabase, participantSuite } from '@bff/testing';
import { sql } from 'kysely';
import { orderConfig } from './order.config.js';
import { startOrder } from './order.service.js';
import type { OrderTables } from './order.tables.js';

let order: RunningService<OrderTables>;

beforeAll(async () => {
  const config = readConfig(orderConfig, { ORDER_DATABASE_URL: await createTestDatabase() });
  order = await startOrder(config, { port: 0, quiet: true });
});
afterAll(() => order.close());

participantSuite({
  service: 'order',
  url: () => order.url,
  ledger: async () => {
    // An order that was rejected is kept, so that the customer learns why; it holds nothing.
    const { rows } = await sql`
      select status, count(*), sum(total_cents), sum((select count(*) from order_lines where order_id = id)) as lines
      from orders where status <> 'REJECTED' group by status order by status`.execute(order.database);
    return rows;
  },
  do: { operation: 'openOrder', body: chai(2, '36.00'), otherBody: chai(3, '54.00'), exists: 'ORDER_EXISTS' },
  refused: { body: chai(2, '36.01'), status: 422, code: 'TOTAL_MISMATCH' },
  undo: { operation: 'rejectOrder', body: { reason: 'OUT_OF_STOCK' }, tooLate: 'ORDER_CONFIRMED' },
  forward: { operation: 'confirmOrder', missing: 'ORDER_MISSING' },
});

/** An order of some Chai, and some that is given away. */
function chai(quantity: number, total: string): object {
  const usd = (amount: string) => ({ amount, currency: 'USD' });
  const lineTotal = usd(`${quantity * 18}.00`);
  return {
    customerId: 'ALFKI',
    paymentMethodId: 'ALFKI-card',
    shippingAddress: {
      recipient: 'Maria',
      street: 'Obere Str. 57',
      city: 'Berlin',
      region: null,
      postalCode: '12209',
      country: 'Germany',
    },
    lines: [
      { productId: '1', quantity, unitPrice: usd('18.00'), discountPercent: 0, lineTotal },
      { productId: '1', quantity: 1, unitPrice: usd('18.00'), discountPercent: 100, lineTotal: usd('0.00') },
    ],
    total: usd(total),
  };
}
