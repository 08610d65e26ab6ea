import { afterAll, beforeAll } from '@jest/globals';
import { readConfig } from '@bff/config';
import type { RunningService } from '@bff/service';
import { contractSuite, createTestDatabase } from '@bff/testing';
import { catalogConfig } from './catalog.config.js';
import { startCatalog } from './catalog.service.js';
import type { CatalogTables } from './catalog.tables.js';

let catalog: RunningService<CatalogTables>;

beforeAll(async () => {
  const config = readConfig(catalogConfig, { CATALOG_DATABASE_URL: await createTestDatabase(), SEED: 'northwind' });
  catalog = await startCatalog(config, { port: 0, quiet: true });
});
afterAll(() => catalog.close());

const A = { orderId: 'A' };
const B = { orderId: 'B' };
const one = { lines: [{ productId: '75', quantity: 1 }] };
const two = { lines: [{ productId: '75', quantity: 2 }] };
const tooMuch = { lines: [{ productId: '75', quantity: 1_000_000 }] };
// Product 5 is discontinued.
const unavailable = { lines: [{ productId: '5', quantity: 1 }] };

contractSuite({
  service: 'catalog',
  url: () => catalog.url,
  steps: [
    { operation: 'listCategories', request: {}, answers: 200 },
    { operation: 'getProducts', request: { query: { ids: '1,2,unknown' } }, answers: 200 },
    { operation: 'searchProducts', request: { query: { search: 'ch', categoryId: '1', first: 2 } }, answers: 200 },
    { operation: 'relatedProducts', request: { path: { productId: '1' }, query: { first: 3 } }, answers: 200 },
    { operation: 'reserveStock', request: { path: A, key: 'key', body: one }, answers: 200 },
    { operation: 'reserveStock', request: { path: A, key: 'key', body: two }, answers: '422 IDEMPOTENCY_KEY_REUSED' },
    { operation: 'reserveStock', request: { path: A, body: two }, answers: '409 RESERVATION_EXISTS' },
    { operation: 'reserveStock', request: { path: B, body: tooMuch }, answers: '409 OUT_OF_STOCK' },
    { operation: 'reserveStock', request: { path: B, body: unavailable }, answers: '422 PRODUCT_UNAVAILABLE' },
    { operation: 'commitStock', request: { path: B }, answers: '409 RESERVATION_MISSING' },
    { operation: 'commitStock', request: { path: B, key: 'key' }, answers: '422 IDEMPOTENCY_KEY_REUSED' },
    { operation: 'commitStock', request: { path: A }, answers: 200 },
    { operation: 'releaseStock', request: { path: A }, answers: '409 RESERVATION_COMMITTED' },
    { operation: 'releaseStock', request: { path: B, key: 'key' }, answers: '422 IDEMPOTENCY_KEY_REUSED' },
    { operation: 'releaseStock', request: { path: B }, answers: 200 },
    { operation: 'reserveStock', request: { path: B, body: one }, answers: '409 UNDONE' },
    { operation: 'commitStock', request: { path: B }, answers: '409 UNDONE' },
    { operation: 'getReservations', request: { query: { orderIds: 'A,B' } }, answers: 200 },
  ],
  elsewhere: ['RESERVATION_EXPIRED'],
});
