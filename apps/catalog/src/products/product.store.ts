import { Inject, Injectable } from '@nestjs/common';
import type { AnswerOf, Category, Product, QueryOf } from '@bff/contracts';
import { fromCents, toSearchForm } from '@bff/kernel';
import { DATABASE, decodeCursor, encodeCursor } from '@bff/service';
import { sql } from 'kysely';
import type { ExpressionBuilder, Kysely, Selectable } from 'kysely';
import type { CatalogTables } from '../catalog.tables.js';

/** Reads categories and products. */
@Injectable()
export class ProductStore {
  constructor(@Inject(DATABASE) private readonly database: Kysely<CatalogTables>) {}

  listCategories(): Promise<Category[]> {
    return this.database.selectFrom('categories').selectAll().orderBy('name').execute();
  }

  async findByIds(ids: readonly string[]): Promise<Product[]> {
    const rows = await this.database.selectFrom('products').selectAll().where('id', 'in', ids).execute();
    return rows.map(toProduct);
  }

  /** Finds the products whose names contain every word. Throws ContractViolation for a cursor that no page returned. */
  async search(query: QueryOf<'catalog', 'searchProducts'>): Promise<AnswerOf<'catalog', 'searchProducts'>> {
    const first = query.first ?? 20;
    const buildFilter = (eb: ExpressionBuilder<CatalogTables, 'products'>) =>
      eb.and([
        ...(query.categoryId === undefined ? [] : [eb('category_id', '=', query.categoryId)]),
        ...splitWords(query.search).map((word) =>
          eb(sql`lower(normalize(name, NFC))`, 'like', `%${escapeLike(word)}%`),
        ),
      ]);
    let page = this.database
      .selectFrom('products')
      .selectAll()
      .where(buildFilter)
      .orderBy('name')
      .orderBy('id')
      .limit(first + 1);
    if (query.after !== undefined) {
      const [name, id] = decodeCursor(query.after, 2);
      page = page.where(sql<boolean>`(name, id) > (${name}, ${id})`);
    }
    const [rows, { count }] = await Promise.all([
      page.execute(),
      this.database
        .selectFrom('products')
        .select((eb) => eb.fn.countAll<number>().as('count'))
        .where(buildFilter)
        .executeTakeFirstOrThrow(),
    ]);
    const items = rows.slice(0, first);
    const last = items.at(-1);
    const nextCursor = rows.length > first && last ? encodeCursor([last.name, last.id]) : null;
    return { items: items.map(toProduct), totalCount: count, nextCursor };
  }

  /** The other products of the category, those with the nearest price first. */
  async findRelated(productId: string, first: number): Promise<Product[]> {
    const rows = await this.database
      .selectFrom('products as p')
      .innerJoin('products as of', 'of.category_id', 'p.category_id')
      .selectAll('p')
      .where('of.id', '=', productId)
      .where('p.id', '!=', productId)
      .where('p.discontinued', '=', false)
      .orderBy(sql`abs(p.price_cents - of.price_cents)`)
      .orderBy('p.id')
      .limit(first)
      .execute();
    return rows.map(toProduct);
  }
}

function toProduct(row: Selectable<CatalogTables['products']>): Product {
  const { id, name, packaging, supplier, reserved, sold, discontinued } = row;
  const price = fromCents(row.price_cents);
  return {
    id,
    categoryId: row.category_id,
    name,
    packaging,
    supplier,
    price,
    onHand: row.on_hand,
    reserved,
    sold,
    discontinued,
  };
}

function splitWords(search: string | undefined): string[] {
  return toSearchForm(search ?? '')
    .split(/\s+/)
    .filter((word) => word !== '');
}

/** Escapes the wildcards of a LIKE pattern. */
function escapeLike(text: string): string {
  return text.replaceAll(/[\\%_]/g, String.raw`\$&`);
}
