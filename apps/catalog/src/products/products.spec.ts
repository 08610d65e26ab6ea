import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { readConfig } from '@bff/config';
import type { AnswerOf } from '@bff/contracts';
import type { RunningService } from '@bff/service';
import { createServiceDatabase, createServiceCaller } from '@bff/testing';
import type { ServiceRequest } from '@bff/testing';
import { catalogConfig } from '../catalog.config.js';
import { startCatalog } from '../catalog.app.js';
import type { CatalogTables } from '../catalog.tables.js';

type Page = AnswerOf<'catalog', 'searchProducts'>;

let catalog: RunningService<CatalogTables>;

beforeAll(async () => {
  const config = readConfig(catalogConfig, { ...(await createServiceDatabase('CATALOG')), SEED: 'northwind' });
  catalog = await startCatalog(config, { port: 0, quiet: true });
});
afterAll(() => catalog.close());

const call = createServiceCaller('catalog', () => catalog.url);

async function search(query: NonNullable<ServiceRequest['query']>): Promise<Page> {
  const { status, body } = await call('searchProducts', { query });
  expect(status).toBe(200);
  // The caller held it against the contract.
  return body as Page;
}

async function namesFound(query: NonNullable<ServiceRequest['query']>): Promise<string[]> {
  return (await search(query)).items.map((product) => product.name);
}

describe('products by id', () => {
  it('come in one batch with price and stock, and leave out unknown ids', async () => {
    const { body } = await call('getProducts', { query: { ids: '1,unknown' } });
    const chai = {
      id: '1',
      categoryId: '1',
      name: 'Chai',
      packaging: '10 boxes x 20 bags',
      supplier: 'Exotic Liquids',
      price: { amount: '18.00', currency: 'USD' },
      onHand: 39,
      reserved: 0,
      sold: 828,
      discontinued: false,
    };
    expect(body).toEqual({ items: [chai] });
  });

  it('come once when an id is asked for twice, and up to a hundred at a time', async () => {
    const ids = Array.from({ length: 100 }, (_, index) => String((index % 77) + 1));
    const { body } = await call('getProducts', { query: { ids: ids.join(',') } });
    expect((body as Page).items).toHaveLength(77);
  });
});

describe('categories', () => {
  it('come by name', async () => {
    const { body } = await call('listCategories');
    expect((body as AnswerOf<'catalog', 'listCategories'>).items.map(({ name }) => name)).toEqual([
      'Beverages',
      'Condiments',
      'Confections',
      'Dairy Products',
      'Grains/Cereals',
      'Meat/Poultry',
      'Produce',
      'Seafood',
    ]);
  });
});

describe('searching products', () => {
  it('finds every word anywhere in the name, whatever its case and order', async () => {
    expect(await namesFound({ search: 'louisiana' })).toEqual([
      'Louisiana Fiery Hot Pepper Sauce',
      'Louisiana Hot Spiced Okra',
    ]);
    expect(await namesFound({ search: '  sauce   LOUISIANA ' })).toEqual(['Louisiana Fiery Hot Pepper Sauce']);
    expect(await namesFound({ search: 'tofu sauce' })).toEqual([]);
  });

  it('finds letters of all languages', async () => {
    expect(await namesFound({ search: 'LAKKALIKÖÖRI' })).toEqual(['Lakkalikööri']);
  });

  it('narrows by category, alone and together with words', async () => {
    expect(await search({ categoryId: '6' })).toMatchObject({ totalCount: 6, nextCursor: null });
    expect(await namesFound({ categoryId: '1', search: 'ch' })).toEqual([
      'Chai',
      'Chang',
      'Chartreuse verte',
      'Sasquatch Ale',
    ]);
    expect(await search({ categoryId: 'unknown' })).toEqual({ items: [], totalCount: 0, nextCursor: null });
  });

  it.each(['%', '_', String.raw`\\`, 'Ch_i', 'Ch%', String.raw`Cha\i`])('takes %s literally', async (text) => {
    expect(await search({ search: text })).toEqual({ items: [], totalCount: 0, nextCursor: null });
  });

  it('takes quotes literally', async () => {
    expect(await namesFound({ search: "jack's" })).toEqual(["Jack's New England Clam Chowder"]);
    expect(await namesFound({ search: "'; drop table products; --" })).toEqual([]);
  });

  it.each([1, 7, 20, 76, 77, 100])('walks all 77 products exactly once, %i at a time', async (first) => {
    const seen: string[] = [];
    let after: string | null | undefined;
    while (after !== null) {
      const page: Page = await search({ first, ...(after !== undefined && { after }) });
      expect(page.totalCount).toBe(77);
      expect(page.items.length).toBeGreaterThan(0);
      seen.push(...page.items.map(({ id }) => id));
      after = page.nextCursor;
    }
    expect(seen).toHaveLength(77);
    expect(new Set(seen).size).toBe(77);
  });

  it('continues by name and then by id where names are the same', async () => {
    const chai = { category_id: '1', name: 'Chai', packaging: '', supplier: '', price_cents: 1, on_hand: 0, sold: 0 };
    const twins = ['twin-a', 'twin-b'].map((id) => ({ ...chai, id, discontinued: false }));
    await catalog.database.insertInto('products').values(twins).execute();
    try {
      const one = await search({ search: 'chai', first: 2 });
      const two = await search({ search: 'chai', first: 2, after: one.nextCursor ?? '' });
      expect([...one.items, ...two.items].map(({ id }) => id)).toEqual(['1', 'twin-a', 'twin-b']);
    } finally {
      await catalog.database.deleteFrom('products').where('id', 'like', 'twin-%').execute();
    }
  });
});

describe('related products', () => {
  it('are of the same category, still sold, and the nearest in price', async () => {
    const { body } = await call('relatedProducts', { path: { productId: '1' } });
    expect((body as Page).items.map(({ name, price }) => [name, price.amount])).toEqual([
      ['Steeleye Stout', '18.00'],
      ['Chartreuse verte', '18.00'],
      ['Lakkalikööri', '18.00'],
      ['Chang', '19.00'],
    ]);
  });

  it('are as many as asked for, and never a discontinued one', async () => {
    // Guaraná Fantástica, the cheapest of the twelve beverages, is discontinued.
    const { body } = await call('relatedProducts', { path: { productId: '75' }, query: { first: 20 } });
    expect((body as Page).items).toHaveLength(10);
    expect((body as Page).items.map(({ id }) => id)).not.toContain('24');
  });

  it('are none for an unknown product', async () => {
    const { body } = await call('relatedProducts', { path: { productId: 'unknown' } });
    expect(body).toEqual({ items: [] });
  });
});
