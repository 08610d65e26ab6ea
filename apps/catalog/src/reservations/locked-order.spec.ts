import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { readConfig } from '@bff/config';
import type { RunningService } from '@bff/service';
import { createTestDatabase } from '@bff/testing';
import pg from 'pg';
import { catalogConfig } from '../catalog.config.js';
import { startCatalog } from '../catalog.app.js';
import type { CatalogTables } from '../catalog.tables.js';

/** More than there are connections for writes. */
const WRITES = 12;

let catalog: RunningService<CatalogTables>;
let operator: pg.Client;

beforeAll(async () => {
  const databaseUrl = await createTestDatabase();
  const config = readConfig(catalogConfig, {
    CATALOG_DATABASE_URL: databaseUrl,
    EVENTS_DATABASE_URL: databaseUrl,
    SEED: 'northwind',
  });
  catalog = await startCatalog(config, { port: 0, quiet: true });
  operator = new pg.Client({ connectionString: databaseUrl });
  await operator.connect();
});
afterAll(async () => {
  await operator.end();
  await catalog.close();
});

async function get(path: string): Promise<number> {
  return (await fetch(catalog.url + path)).status;
}

async function reserve(orderId: string, key: string): Promise<{ status: number; body: unknown }> {
  const response = await fetch(`${catalog.url}/reservations/${orderId}`, {
    method: 'PUT',
    headers: { 'idempotency-key': key, 'content-type': 'application/json' },
    body: JSON.stringify({ lines: [{ productId: '1', quantity: 1 }] }),
  });
  return { status: response.status, body: await response.json() };
}

/** The statuses of reads that are made over and over until the writes have ended. */
async function readsUntil(writes: Promise<unknown>): Promise<ReadonlySet<number>> {
  const statuses = new Set<number>();
  const ended = writes.then(() => true);
  do {
    for (const status of await Promise.all(['/products?ids=1', '/reservations?orderIds=x', '/health/ready'].map(get)))
      statuses.add(status);
  } while (!(await Promise.race([ended, sleep(20, false)])));
  return statuses;
}

it('while the lock of one order is held, its writes end before their callers do, and reads and readiness know nothing of it', async () => {
  await operator.query(`select pg_advisory_lock(hashtextextended('locked', 0))`);
  const writes = Promise.all(Array.from({ length: WRITES }, (_, nth) => reserve('locked', `write ${nth}`)));
  expect(await readsUntil(writes)).toEqual(new Set([200]));
  const busy = { code: 'UNAVAILABLE', message: 'Another request holds what this one needs. Send it again.' };
  expect(await writes).toEqual(Array.from({ length: WRITES }, () => ({ status: 503, body: busy })));
  await operator.query(`select pg_advisory_unlock(hashtextextended('locked', 0))`);
  expect(await reserve('locked', 'write 0')).toMatchObject({ status: 200 });
});
