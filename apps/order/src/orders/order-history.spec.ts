import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { readConfig } from '@bff/config';
import type { AnswerOf } from '@bff/contracts';
import type { RunningService } from '@bff/service';
import { createServiceDatabase, createServiceCaller } from '@bff/testing';
import type { ServiceRequest } from '@bff/testing';
import { orderConfig } from '../order.config.js';
import { startOrder } from '../order.app.js';
import type { OrderStatus, OrderTables } from '../order.tables.js';

type Page = AnswerOf<'order', 'listOrdersOfCustomer'>;

let order: RunningService<OrderTables>;

beforeAll(async () => {
  const config = readConfig(orderConfig, { ...(await createServiceDatabase('ORDER')), SEED: 'northwind' });
  order = await startOrder(config, { port: 0, quiet: true });
});
afterAll(() => order.close());

const call = createServiceCaller('order', () => order.url);

async function page(customerId: string, query: ServiceRequest['query'] = {}): Promise<Page> {
  const { status, body } = await call('listOrdersOfCustomer', { path: { customerId }, query });
  expect(status).toBe(200);
  // The caller held it against the contract.
  return body as Page;
}

/** An order of one product, straight into the books. */
async function place(
  id: string,
  customerId: string,
  placedAt: string,
  status: OrderStatus,
  productId = 'toy',
): Promise<void> {
  const address = { recipient: '', street: '', city: '', region: null, postalCode: null, country: '' };
  await order.database
    .insertInto('orders')
    .values({
      id,
      customer_id: customerId,
      status: status === 'REJECTED' ? 'PENDING' : status,
      placed_at: new Date(placedAt),
      payment_method_id: 'card',
      shipping_address: JSON.stringify(address),
      currency: 'USD',
      total_cents: 100,
    })
    .execute();
  await order.database
    .insertInto('order_lines')
    .values({
      order_id: id,
      line_no: 1,
      product_id: productId,
      quantity: 1,
      unit_price_cents: 100,
      discount_percent: 0,
      line_total_cents: 100,
    })
    .execute();
  if (status === 'REJECTED')
    await order.database.updateTable('orders').set({ status, reason: 'OUT_OF_STOCK' }).where('id', '=', id).execute();
}

describe('the orders of a customer', () => {
  it('come with the newest first', async () => {
    const { items, totalCount, nextCursor } = await page('ALFKI');
    expect(items.map(({ id }) => id)).toEqual(['11011', '10952', '10835', '10702', '10692', '10643']);
    expect([totalCount, nextCursor]).toEqual([6, null]);
  });

  it.each([1, 2, 3, 7, 31, 100])('come whole and exactly once, %i at a time', async (first) => {
    const seen: Page['items'][number][] = [];
    let after: string | null | undefined;
    while (after !== null) {
      const { items, totalCount, nextCursor }: Page = await page('SAVEA', {
        first,
        ...(after !== undefined && { after }),
      });
      expect(totalCount).toBe(31);
      expect(items.length).toBeGreaterThan(0);
      seen.push(...items);
      after = nextCursor;
    }
    const newestFirst = seen.toSorted(
      (a, b) => Date.parse(b.placedAt) - Date.parse(a.placedAt) || (a.id < b.id ? 1 : -1),
    );
    expect(seen.map(({ id }) => id)).toEqual(newestFirst.map(({ id }) => id));
    expect(new Set(seen.map(({ id }) => id)).size).toBe(31);
    for (const { lines } of seen) expect(lines.length).toBeGreaterThan(0);
  });

  it('that were placed at the same moment are distinguished by their ids', async () => {
    for (const id of ['twin-b', 'twin-c', 'twin-a']) await place(id, 'TWINS', '2026-01-01T00:00:00.000Z', 'CONFIRMED');
    const one = await page('TWINS', { first: 2 });
    const two = await page('TWINS', { first: 2, after: one.nextCursor ?? '' });
    expect([...one.items, ...two.items].map(({ id }) => id)).toEqual(['twin-c', 'twin-b', 'twin-a']);
  });

  it('stay where they are for a viewer who pages while new ones are placed', async () => {
    await place('old-1', 'BUSY', '2026-01-01T00:00:00.000Z', 'CONFIRMED');
    await place('old-2', 'BUSY', '2026-01-02T00:00:00.000Z', 'CONFIRMED');
    const one = await page('BUSY', { first: 1 });
    await place('new', 'BUSY', '2026-01-03T00:00:00.000Z', 'PENDING');
    const two = await page('BUSY', { first: 1, after: one.nextCursor ?? '' });
    expect([...one.items, ...two.items].map(({ id }) => id)).toEqual(['old-2', 'old-1']);
    expect([one.totalCount, two.totalCount]).toEqual([2, 3]);
  });

  it('come whole, one at a time, whatever their ids, their times and their customer are', async () => {
    const customerId = 'C'.repeat(64);
    const times = ['0001-01-01T00:00:00.000Z', '0099-12-31T23:59:59.999Z', '1969-12-31T23:59:59.999Z'];
    const ids = ['x'.repeat(64), `${'-'.repeat(63)}z`, '.', '..', '_:.-', '0'];
    const placed = [...times, '9999-12-31T23:59:59.999Z'].flatMap((time, nth) =>
      ids.map((id) => [`${nth}${id}`.slice(0, 64), time] as const),
    );
    for (const [id, time] of placed) await place(id, customerId, time, 'CONFIRMED');
    const seen: string[] = [];
    for (let after: string | null | undefined; after !== null;) {
      const one: Page = await page(customerId, { first: 1, ...(after !== undefined && { after }) });
      seen.push(...one.items.map(({ id, placedAt }) => `${placedAt} ${id}`));
      after = one.nextCursor;
    }
    expect(seen.toSorted()).toEqual(placed.map(([id, time]) => `${time} ${id}`).toSorted());
  });

  it('are none for an unknown customer', async () => {
    expect(await page('unknown')).toEqual({ items: [], totalCount: 0, nextCursor: null });
  });

  it('cannot be continued at a place that is no time', async () => {
    const after = Buffer.from(JSON.stringify(['not a time', '10248'])).toString('base64url');
    expect(await call('listOrdersOfCustomer', { path: { customerId: 'ALFKI' }, query: { after } })).toEqual({
      status: 400,
      body: { code: 'BAD_REQUEST', message: 'query.after is not a cursor that a page of this list gave out' },
    });
  });
});

describe('the last purchases of a customer', () => {
  async function purchases(
    customerId: string,
    productIds: string,
  ): Promise<AnswerOf<'order', 'lastPurchases'>['items']> {
    const { body } = await call('lastPurchases', { path: { customerId }, query: { productIds } });
    return (body as AnswerOf<'order', 'lastPurchases'>).items;
  }

  it('are the latest order of each product, and leave out what was never bought', async () => {
    expect(await purchases('ALFKI', '28,71,1')).toEqual([
      { productId: '28', orderId: '10952', quantity: 2, placedAt: '1998-03-16T00:00:00.000Z' },
      { productId: '71', orderId: '11011', quantity: 20, placedAt: '1998-04-09T00:00:00.000Z' },
    ]);
  });

  it('are of confirmed orders only', async () => {
    await place('first', 'CHILD', '2026-01-01T00:00:00.000Z', 'CONFIRMED');
    await place('second', 'CHILD', '2026-01-02T00:00:00.000Z', 'CONFIRMED');
    await place('rejected', 'CHILD', '2026-01-03T00:00:00.000Z', 'REJECTED');
    await place('pending', 'CHILD', '2026-01-04T00:00:00.000Z', 'PENDING');
    await place('other-pending', 'CHILD', '2026-01-04T00:00:00.000Z', 'PENDING', 'ball');
    expect(await purchases('CHILD', 'toy,ball')).toEqual([
      { productId: 'toy', orderId: 'second', quantity: 1, placedAt: '2026-01-02T00:00:00.000Z' },
    ]);
  });

  it('are shown to no other customer', async () => {
    expect(await purchases('unknown', '28,71')).toEqual([]);
  });
});
