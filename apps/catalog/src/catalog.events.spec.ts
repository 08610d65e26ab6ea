import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { readConfig } from '@bff/config';
import type { RunningService } from '@bff/service';
import { createServiceCaller, createTestDatabase, eventually, readPublishedEvents } from '@bff/testing';
import type { ServiceAnswer } from '@bff/testing';
import { catalogConfig } from './catalog.config.js';
import { startCatalog } from './catalog.app.js';
import type { CatalogTables } from './catalog.tables.js';

let databaseUrl: string;
let catalog: RunningService<CatalogTables>;
let orderId: string;

beforeAll(async () => {
  databaseUrl = await createTestDatabase();
  const env = { CATALOG_DATABASE_URL: databaseUrl, EVENTS_DATABASE_URL: databaseUrl, SEED: 'northwind' };
  // Shorter than the configuration allows, so that the test need not wait.
  const config = { ...readConfig(catalogConfig, env), RESERVATION_TTL_MS: 1_000 };
  catalog = await startCatalog(config, { port: 0, quiet: true });
});
afterAll(() => catalog.close());
beforeEach(() => {
  orderId = randomUUID();
});

const call = createServiceCaller('catalog', () => catalog.url);
const lines = [{ productId: '1', quantity: 2 }];
const reserve = (quantity = 2): Promise<ServiceAnswer> =>
  call('reserveStock', { path: { orderId }, body: { lines: [{ productId: '1', quantity }] } });
const readEvents = (subject = orderId) => readPublishedEvents(databaseUrl, subject);
const readTypes = async () => (await readEvents()).map(({ type }) => type);

describe('the events of a reservation', () => {
  it('say what was reserved, and that it was sold and returned', async () => {
    const { body } = await reserve();
    await call('commitStock', { path: { orderId } });
    await call('returnStock', { path: { orderId } });
    expect(await readEvents()).toEqual([
      { type: 'StockReserved', data: { lines, expiresAt: (body as { expiresAt: string }).expiresAt } },
      { type: 'StockCommitted', data: { lines } },
      { type: 'StockReturned', data: {} },
    ]);
  });

  it('say that it was released, by its undo or by a cancellation', async () => {
    await reserve();
    await call('releaseStock', { path: { orderId } });
    expect(await readTypes()).toEqual(['StockReserved', 'StockReleased']);
    orderId = randomUUID();
    await reserve();
    await call('returnStock', { path: { orderId } });
    expect(await readTypes()).toEqual(['StockReserved', 'StockReturned']);
  });

  it('say why it was refused', async () => {
    const { body } = await reserve(1_000_000);
    const { code, message } = body as { code: string; message: string };
    expect(await readEvents()).toEqual([{ type: 'StockRefused', data: { code, message } }]);
    expect(code).toBe('OUT_OF_STOCK');
  });

  it('say that it expired', async () => {
    await reserve();
    const past = { expires_at: new Date(Date.now() - 1) };
    await catalog.database.updateTable('reservations').set(past).where('order_id', '=', orderId).execute();
    let types: string[] = [];
    const poll = setInterval(() => void readTypes().then((read) => (types = read)), 100);
    await eventually(() => types.length === 2).finally(() => clearInterval(poll));
    expect(types).toEqual(['StockReserved', 'ReservationExpired']);
  });

  it('are none when there is nothing to release or return', async () => {
    await call('releaseStock', { path: { orderId } });
    await call('returnStock', { path: { orderId } });
    await reserve();
    expect(await readTypes()).toEqual([]);
  });
});

it('every product of the seed was listed', async () => {
  expect(await readEvents('1')).toEqual([{ type: 'ProductListed', data: { categoryId: '1', name: 'Chai' } }]);
});
