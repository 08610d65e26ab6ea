import { afterAll, beforeAll } from '@jest/globals';
import { readConfig } from '@bff/config';
import type { RunningService } from '@bff/service';
import { createTestDatabase, participantSuite } from '@bff/testing';
import { catalogConfig } from './catalog.config.js';
import { startCatalog } from './catalog.service.js';
import type { CatalogTables } from './catalog.tables.js';

let catalog: RunningService<CatalogTables>;

beforeAll(async () => {
  const config = readConfig(catalogConfig, { CATALOG_DATABASE_URL: await createTestDatabase(), SEED: 'northwind' });
  catalog = await startCatalog(config, { port: 0, quiet: true });
});
afterAll(() => catalog.close());

participantSuite({
  service: 'catalog',
  url: () => catalog.url,
  ledger: () =>
    catalog.database.selectFrom('products').select(['id', 'on_hand', 'reserved', 'sold']).orderBy('id').execute(),
  do: {
    operation: 'reserveStock',
    body: lines(['75', 1], ['40', 1]),
    otherBody: lines(['75', 2]),
    exists: 'RESERVATION_EXISTS',
  },
  // The first line could be granted.
  refused: { body: lines(['40', 1], ['75', 1_000_000]), status: 409, code: 'OUT_OF_STOCK' },
  undo: { operation: 'releaseStock', tooLate: 'RESERVATION_COMMITTED' },
  forward: { operation: 'commitStock', missing: 'RESERVATION_MISSING' },
});

function lines(...wanted: readonly (readonly [productId: string, quantity: number])[]): object {
  return { lines: wanted.map(([productId, quantity]) => ({ productId, quantity })) };
}
