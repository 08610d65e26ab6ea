import { describe, expect, it } from '@jest/globals';
import { readConfig } from '@bff/config';
import { createTestDatabase } from '@bff/testing';
import { catalogConfig } from './catalog.config.js';
import { startCatalog } from './catalog.app.js';

async function seeded(databaseUrl: string, seed: string) {
  const config = readConfig(catalogConfig, {
    CATALOG_DATABASE_URL: databaseUrl,
    EVENTS_DATABASE_URL: databaseUrl,
    SEED: seed,
  });
  const catalog = await startCatalog(config, { port: 0, quiet: true });
  const { database } = catalog;
  const categories = await database.selectFrom('categories').selectAll().orderBy('id').execute();
  const products = await database.selectFrom('products').selectAll().orderBy('id').execute();
  return { catalog, categories, products };
}

describe('the seed of the catalog', () => {
  it('is the 8 categories and 77 products of Northwind, and is sown once', async () => {
    const databaseUrl = await createTestDatabase();
    const { catalog, categories, products } = await seeded(databaseUrl, 'northwind');
    expect([categories.length, products.length]).toEqual([8, 77]);
    expect(products.filter((product) => product.discontinued)).toHaveLength(8);
    await catalog.database.updateTable('products').set({ price_cents: 1 }).where('id', '=', '1').execute();
    await catalog.close();

    const again = await seeded(databaseUrl, 'northwind');
    await again.catalog.close();
    expect(again.categories).toEqual(categories);
    expect(again.products).toEqual(
      products.map((product) => (product.id === '1' ? { ...product, price_cents: 1 } : product)),
    );
  });

  it('is sown once when two instances start at the same moment', async () => {
    const databaseUrl = await createTestDatabase();
    const both = await Promise.all([seeded(databaseUrl, 'northwind'), seeded(databaseUrl, 'northwind')]);
    expect(both.map(({ products }) => products.length)).toEqual([77, 77]);
    await Promise.all(both.map(({ catalog }) => catalog.close()));
  });

  it('is left out when it is not asked for', async () => {
    const { catalog, categories, products } = await seeded(await createTestDatabase(), 'none');
    expect([categories, products]).toEqual([[], []]);
    await catalog.close();
  });
});
