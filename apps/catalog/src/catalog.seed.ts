import { toCents } from '@bff/kernel';
import { readNorthwindCatalog } from '@bff/samples';
import type { Kysely } from 'kysely';
import type { CatalogTables } from './catalog.tables.js';

/** Fills an empty catalog with Northwind's categories and products. */
export async function seedNorthwind(database: Kysely<CatalogTables>): Promise<void> {
  const seed = readNorthwindCatalog();
  await database.transaction().execute(async (tx) => {
    const first = await tx
      .insertInto('categories')
      .values([...seed.categories])
      .onConflict((conflict) => conflict.doNothing())
      .returning('id')
      .execute();
    if (first.length === 0) return;
    const products = seed.products.map(({ categoryId, price, onHand, ...product }) => ({
      ...product,
      category_id: categoryId,
      price_cents: toCents({ amount: price, currency: 'USD' }),
      on_hand: onHand,
    }));
    await tx.insertInto('products').values(products).execute();
  });
}
