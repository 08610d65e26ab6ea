import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { RunningService } from '@bff/service';
import { createTestDatabase } from '@bff/testing';
import { readConfig } from '@bff/config';
import { catalogConfig } from './catalog.config.js';
import { startCatalog } from './catalog.service.js';
import type { CatalogTables } from './catalog.tables.js';

let catalog: RunningService<CatalogTables>;

beforeAll(async () => {
  const config = readConfig(catalogConfig, { CATALOG_DATABASE_URL: await createTestDatabase(), SEED: 'northwind' });
  catalog = await startCatalog(config, { port: 0, quiet: true });
});
afterAll(() => catalog.close());

async function get(path: string): Promise<{ status: number; body: unknown }> {
  const response = await fetch(catalog.url + path);
  return { status: response.status, body: await response.json() };
}

describe('the catalog service', () => {
  it('reads products by id in one batch and leaves out unknown ones', async () => {
    const { status, body } = await get('/products?ids=1,2,nope');
    expect(status).toBe(200);
    expect(body).toMatchObject({ items: [{ id: '1', name: 'Chai' }, { id: '2', name: 'Chang' }] });
  });
});
