import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { readConfig } from '@bff/config';
import type { RunningService } from '@bff/service';
import { createServiceCaller, createTestDatabase, readPublishedEvents } from '@bff/testing';
import { sql } from 'kysely';
import { orderConfig } from './order.config.js';
import { startOrder } from './order.app.js';
import type { OrderStatus, OrderTables } from './order.tables.js';

let databaseUrl: string;
let order: RunningService<OrderTables>;
let orderId: string;

async function start(seed: string): Promise<RunningService<OrderTables>> {
  const env = { ORDER_DATABASE_URL: databaseUrl, EVENTS_DATABASE_URL: databaseUrl, SEED: seed };
  return startOrder(readConfig(orderConfig, env), { port: 0, quiet: true });
}

beforeAll(async () => {
  databaseUrl = await createTestDatabase();
  order = await start('northwind');
});
afterAll(() => order.close());
beforeEach(() => {
  orderId = randomUUID();
});

const call = createServiceCaller('order', () => order.url);
const total = { amount: '36.00', currency: 'USD' };
const request = {
  customerId: 'ALFKI',
  paymentMethodId: 'ALFKI-invoice',
  shippingAddress: { recipient: 'A', street: 'B', city: 'C', region: null, postalCode: null, country: 'D' },
  lines: [
    {
      productId: '1',
      quantity: 2,
      unitPrice: { amount: '18.00', currency: 'USD' },
      discountPercent: 0,
      lineTotal: total,
    },
  ],
  total,
};
const open = (body = request) => call('openOrder', { path: { orderId }, body });
const readTypes = async () => (await readPublishedEvents(databaseUrl, orderId)).map(({ type }) => type);

describe('the events of an order', () => {
  it('say what was ordered, and that it was confirmed', async () => {
    const { body } = await open();
    await call('confirmOrder', { path: { orderId } });
    expect(await readPublishedEvents(databaseUrl, orderId)).toEqual([
      { type: 'OrderOpened', data: { ...request, placedAt: (body as { placedAt: string }).placedAt } },
      { type: 'OrderConfirmed', data: { customerId: 'ALFKI', total } },
    ]);
  });

  it('say why it was rejected', async () => {
    await open();
    await call('rejectOrder', { path: { orderId }, body: { reason: 'OUT_OF_STOCK' } });
    const [, rejected] = await readPublishedEvents(databaseUrl, orderId);
    expect(rejected).toEqual({ type: 'OrderRejected', data: { code: 'OUT_OF_STOCK' } });
  });

  it('say that it was cancelled, after it was confirmed or before', async () => {
    await open();
    await call('confirmOrder', { path: { orderId } });
    await call('cancelOrder', { path: { orderId } });
    expect(await readTypes()).toEqual(['OrderOpened', 'OrderConfirmed', 'OrderCancelled']);
    orderId = randomUUID();
    await open();
    await call('cancelOrder', { path: { orderId } });
    expect(await readTypes()).toEqual(['OrderOpened', 'OrderCancelled']);
  });

  it('are none when there was nothing to undo, when the order is refused, and when something is done again', async () => {
    await call('rejectOrder', { path: { orderId }, body: { reason: 'OUT_OF_STOCK' } });
    await call('cancelOrder', { path: { orderId } });
    await open();
    expect(await readTypes()).toEqual([]);
    orderId = randomUUID();
    await open({ ...request, total: { amount: '35.00', currency: 'USD' } });
    expect(await readTypes()).toEqual([]);
    await open();
    await open();
    await call('confirmOrder', { path: { orderId } });
    await call('confirmOrder', { path: { orderId } });
    expect(await readTypes()).toEqual(['OrderOpened', 'OrderConfirmed']);
  });
});

describe('the orders that were there before', () => {
  it('have their events, whatever their status, also when two instances start at the same moment', async () => {
    databaseUrl = await createTestDatabase();
    const older = await start('northwind');
    const set = (id: string, status: OrderStatus, reason: string | null) =>
      older.database.updateTable('orders').set({ status, reason }).where('id', '=', id).execute();
    await set('10249', 'REJECTED', 'TIMED_OUT');
    await set('10250', 'CANCELLED', null);
    await set('10251', 'PENDING', null);
    // An older version wrote no events.
    await readPublishedEvents(databaseUrl, '10248');
    await sql`truncate outbox, events`.execute(older.database);
    await older.close();
    const both = await Promise.all([start('none'), start('none')]);
    await Promise.all(both.map((service) => service.close()));
    const events = await Promise.all(
      ['10248', '10249', '10250', '10251'].map((id) => readPublishedEvents(databaseUrl, id)),
    );
    expect(events.map((published) => published.map(({ type }) => type))).toEqual([
      ['OrderOpened', 'OrderConfirmed'],
      ['OrderOpened', 'OrderRejected'],
      ['OrderOpened', 'OrderCancelled'],
      ['OrderOpened'],
    ]);
  });
});
