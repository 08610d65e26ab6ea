import { readFileSync } from 'node:fs';
import { toCents } from '@bff/kernel';
import type { Kysely } from 'kysely';
import type { CatalogTables } from './catalog.tables.js';

interface Seed {
  readonly categories: readonly { readonly id: string; readonly name: string; readonly description: string }[];
  readonly products: readonly {
    readonly id: string;
    readonly categoryId: string;
    readonly name: string;
    readonly packaging: string;
    readonly supplier: string;
    readonly price: string;
    readonly onHand: number;
    readonly sold: number;
    readonly discontinued: boolean;
  }[];
}

/** Fills an empty catalog with Northwind's categories and products. */
export async function seedNorthwind(database: Kysely<CatalogTables>): Promise<void> {
  // Our own file; the seed's spec holds it to this shape.
  const seed = JSON.parse(readFileSync(new URL('../seed/northwind.json', import.meta.url), 'utf8')) as Seed;
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
