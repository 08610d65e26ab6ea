import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { readConfig } from '@bff/config';
import type { RunningService } from '@bff/service';
import { createServiceDatabase, createServiceCaller } from '@bff/testing';
import type { ServiceAnswer } from '@bff/testing';
import { catalogConfig } from '../catalog.config.js';
import { startCatalog } from '../catalog.app.js';
import type { CatalogTables } from '../catalog.tables.js';

let catalog: RunningService<CatalogTables>;

beforeAll(async () => {
  const config = readConfig(catalogConfig, { ...(await createServiceDatabase('CATALOG')), SEED: 'northwind' });
  catalog = await startCatalog(config, { port: 0, quiet: true });
});
afterAll(() => catalog.close());

const call = createServiceCaller('catalog', () => catalog.url);

function reserve(orderId: string, quantities: Readonly<Record<string, number>>): Promise<ServiceAnswer> {
  const lines = Object.entries(quantities).map(([productId, quantity]) => ({ productId, quantity }));
  return call('reserveStock', { path: { orderId }, body: { lines } });
}

async function stockOf(id: string): Promise<{ on_hand: number; reserved: number; sold: number }> {
  const stock = catalog.database.selectFrom('products').select(['on_hand', 'reserved', 'sold']);
  return stock.where('id', '=', id).executeTakeFirstOrThrow();
}

function count(answers: readonly ServiceAnswer[], status: number): number {
  return answers.filter((answer) => answer.status === status).length;
}

describe('forty orders at once for a product of which ten are left', () => {
  it('end as ten reservations and thirty times OUT_OF_STOCK, and stock is never below 0', async () => {
    const before = await stockOf('30');
    expect(before).toMatchObject({ on_hand: 10, reserved: 0 });
    const orders = Promise.all(Array.from({ length: 40 }, (_, index) => reserve(`buyer-${index}`, { '30': 1 })));
    let running = true;
    void orders.finally(() => (running = false));
    while (running) {
      const now = await stockOf('30');
      expect(Math.min(now.on_hand, now.reserved)).toBeGreaterThanOrEqual(0);
      expect(now.on_hand + now.reserved).toBe(10);
    }
    const answers = await orders;
    expect([count(answers, 200), count(answers, 409)]).toEqual([10, 30]);
    for (const { status, body } of answers)
      if (status === 409)
        expect(body).toEqual({
          code: 'OUT_OF_STOCK',
          message: 'Of product 30, 0 are left, not 1.',
          details: { productId: '30', requested: 1, available: 0 },
        });
    expect(await stockOf('30')).toEqual({ ...before, on_hand: 0, reserved: 10 });
  });
});

describe('an order of several products', () => {
  it('reserves all of them', async () => {
    const answer = await reserve('several', { '1': 2, '2': 3 });
    expect(answer).toEqual({
      status: 200,
      body: {
        orderId: 'several',
        state: 'RESERVED',
        lines: [
          { productId: '1', quantity: 2 },
          { productId: '2', quantity: 3 },
        ],
        expiresAt: expect.any(String),
      },
    });
    expect(await call('getReservations', { query: { orderIds: 'several,unknown' } })).toEqual({
      status: 200,
      body: { items: [answer.body] },
    });
  });

  it.each([
    [
      'too little is left of one',
      { '3': 1, '4': 54, '6': 1 },
      'OUT_OF_STOCK',
      { productId: '4', requested: 54, available: 53 },
    ],
    ['one is not sold any more', { '3': 1, '9': 1, '6': 1 }, 'PRODUCT_UNAVAILABLE', { productId: '9' }],
    ['one is unknown', { '3': 1, '6': 1, unknown: 1 }, 'PRODUCT_UNAVAILABLE', { productId: 'unknown' }],
  ])('reserves none of them when %s', async (why, quantities, code, details) => {
    const products = () => catalog.database.selectFrom('products').selectAll().orderBy('id').execute();
    const before = await products();
    expect((await reserve(`none, ${why}`.replaceAll(/\W/g, '-'), quantities)).body).toMatchObject({ code, details });
    expect(await products()).toEqual(before);
  });

  it('counts a product once when it stands in two lines', async () => {
    const before = await stockOf('8');
    const twice = [4, 3].map((quantity) => ({ productId: '8', quantity }));
    const { body } = await call('reserveStock', { path: { orderId: 'twice' }, body: { lines: twice } });
    expect(body).toMatchObject({ code: 'OUT_OF_STOCK', details: { productId: '8', requested: 7, available: 6 } });
    expect(await stockOf('8')).toEqual(before);
  });

  it('waits for another over the same products in the opposite order, and neither deadlocks', async () => {
    const [before55, before73] = [await stockOf('55'), await stockOf('73')];
    for (let round = 0; round < 20; round++) {
      const orders = Array.from({ length: 10 }, (_, index) => `crossing-${round}-${index}`);
      const lines = [
        { productId: '55', quantity: 1 },
        { productId: '73', quantity: 1 },
      ];
      const reserved = await Promise.all(
        orders.map((orderId, index) =>
          call('reserveStock', { path: { orderId }, body: { lines: index % 2 === 0 ? lines : lines.toReversed() } }),
        ),
      );
      expect(count(reserved, 200)).toBe(10);
      const released = await Promise.all(orders.map((orderId) => call('releaseStock', { path: { orderId } })));
      expect(count(released, 200)).toBe(10);
    }
    expect([await stockOf('55'), await stockOf('73')]).toEqual([before55, before73]);
  });
});

describe('a reservation', () => {
  it('moves units from on hand to reserved to sold, and never more', async () => {
    const before = await stockOf('7');
    await reserve('moving', { '7': 5 });
    expect(await stockOf('7')).toEqual({ ...before, on_hand: 10, reserved: 5 });
    await call('commitStock', { path: { orderId: 'moving' } });
    expect(await stockOf('7')).toEqual({ on_hand: 10, reserved: 0, sold: before.sold + 5 });
  });
});
