import { afterAll, beforeAll } from '@jest/globals';
import { readConfig } from '@bff/config';
import type { RunningService } from '@bff/service';
import { catalogContract, testContract, createTestDatabase } from '@bff/testing';
import { catalogConfig } from './catalog.config.js';
import { startCatalog } from './catalog.app.js';
import type { CatalogTables } from './catalog.tables.js';

let catalog: RunningService<CatalogTables>;

beforeAll(async () => {
  const config = readConfig(catalogConfig, { CATALOG_DATABASE_URL: await createTestDatabase(), SEED: 'northwind' });
  catalog = await startCatalog(config, { port: 0, quiet: true });
});
afterAll(() => catalog.close());

testContract({ ...catalogContract, url: () => catalog.url });
