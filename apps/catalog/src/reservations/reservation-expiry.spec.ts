import { setTimeout } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { readConfig } from '@bff/config';
import type { AnswerOf } from '@bff/contracts';
import type { RunningService } from '@bff/service';
import { createServiceDatabase, createServiceCaller } from '@bff/testing';
import type { ServiceAnswer } from '@bff/testing';
import { catalogConfig } from '../catalog.config.js';
import { startCatalog } from '../catalog.app.js';
import type { CatalogTables } from '../catalog.tables.js';

let catalog: RunningService<CatalogTables>;

beforeAll(async () => {
  const config = readConfig(catalogConfig, {
    ...(await createServiceDatabase('CATALOG')),
    SEED: 'northwind',
  });
  // Shorter than the configuration allows, so that the test need not wait.
  catalog = await startCatalog({ ...config, RESERVATION_TTL_MS: 1_000 }, { port: 0, quiet: true });
});
afterAll(() => catalog.close());

const call = createServiceCaller('catalog', () => catalog.url);

function reserve(orderId: string, productId: string, quantity: number): Promise<ServiceAnswer> {
  return call('reserveStock', { path: { orderId }, body: { lines: [{ productId, quantity }] } });
}

/** Reserves, puts the reservation's end into the past, and waits until it has lapsed by itself. */
async function reserveAndLetLapse(orderId: string, productId: string, quantity: number): Promise<void> {
  expect((await reserve(orderId, productId, quantity)).status).toBe(200);
  const past = { expires_at: new Date(Date.now() - 1) };
  await catalog.database.updateTable('reservations').set(past).where('order_id', '=', orderId).execute();
  const deadline = Date.now() + 10_000;
  while ((await stateOf(orderId)) !== 'EXPIRED') {
    if (Date.now() > deadline) throw new Error(`The reservation of ${orderId} did not lapse`);
    await setTimeout(20);
  }
}

async function stateOf(orderId: string): Promise<string | undefined> {
  const { body } = await call('getReservations', { query: { orderIds: orderId } });
  return (body as AnswerOf<'catalog', 'getReservations'>).items[0]?.state;
}

async function stockOf(id: string): Promise<{ on_hand: number; reserved: number; sold: number }> {
  const stock = catalog.database.selectFrom('products').select(['on_hand', 'reserved', 'sold']);
  return stock.where('id', '=', id).executeTakeFirstOrThrow();
}

describe('a reservation that is never finished', () => {
  it('lapses by itself and gives its stock back, so that a new request of the order is refused', async () => {
    const before = await stockOf('1');
    await reserveAndLetLapse('lapsed', '1', 5);
    expect(await stockOf('1')).toEqual(before);
    expect(await reserve('lapsed', '1', 5)).toEqual({
      status: 409,
      body: { code: 'RESERVATION_EXPIRED', message: 'The reservation of order lapsed has expired.' },
    });
    expect(await stockOf('1')).toEqual(before);
  });

  it('can be released, and there is nothing to release', async () => {
    const before = await stockOf('1');
    await reserveAndLetLapse('released', '1', 5);
    const { body } = await call('releaseStock', { path: { orderId: 'released' } });
    expect(body).toEqual({ orderId: 'released', released: false });
    expect(await stockOf('1')).toEqual(before);
  });

  it('is made again by a commit while stock lasts', async () => {
    const before = await stockOf('2');
    await reserveAndLetLapse('restored', '2', 5);
    expect((await call('commitStock', { path: { orderId: 'restored' } })).body).toMatchObject({ state: 'COMMITTED' });
    expect(await stockOf('2')).toEqual({ on_hand: before.on_hand - 5, reserved: 0, sold: before.sold + 5 });
  });

  it('cannot be committed when its stock went to others', async () => {
    await reserveAndLetLapse('late', '3', 13);
    await reserve('early', '3', 1);
    await call('commitStock', { path: { orderId: 'early' } });
    const after = await stockOf('3');
    expect(await call('commitStock', { path: { orderId: 'late' } })).toEqual({
      status: 409,
      body: {
        code: 'OUT_OF_STOCK',
        message: 'Of product 3, 12 are left, not 13.',
        details: { productId: '3', requested: 13, available: 12 },
      },
    });
    expect(await stockOf('3')).toEqual(after);
  });
});

describe('a reservation that is finished in time', () => {
  it('does not lapse', async () => {
    await reserve('bought', '6', 1);
    await call('commitStock', { path: { orderId: 'bought' } });
    const past = { expires_at: new Date(0) };
    await catalog.database.updateTable('reservations').set(past).where('order_id', '=', 'bought').execute();
    await reserveAndLetLapse('a-later-one', '6', 1);
    expect(await stateOf('bought')).toBe('COMMITTED');
  });
});
