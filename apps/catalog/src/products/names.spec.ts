import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { readConfig } from '@bff/config';
import type { AnswerOf } from '@bff/contracts';
import { toSearchForm } from '@bff/kernel';
import type { RunningService } from '@bff/service';
import { createServiceDatabase, createServiceCaller } from '@bff/testing';
import { sql } from 'kysely';
import { catalogConfig } from '../catalog.config.js';
import { startCatalog } from '../catalog.app.js';
import type { CatalogTables } from '../catalog.tables.js';

type Page = AnswerOf<'catalog', 'searchProducts'>;

let catalog: RunningService<CatalogTables>;
beforeAll(async () => {
  const config = readConfig(catalogConfig, { ...(await createServiceDatabase('CATALOG')) });
  catalog = await startCatalog(config, { port: 0, quiet: true });
  await catalog.database.insertInto('categories').values({ id: '1', name: 'Any', description: '' }).execute();
});
afterEach(() => catalog.database.deleteFrom('products').execute());
afterAll(() => catalog.close());

const call = createServiceCaller('catalog', () => catalog.url);

async function insert(names: readonly string[]): Promise<void> {
  const product = { category_id: '1', packaging: '', supplier: '', price_cents: 1, on_hand: 0, sold: 0 };
  const rows = names.map((name, nth) => ({ ...product, id: `${nth}`.padStart(64, 'x'), name, discontinued: false }));
  await catalog.database.insertInto('products').values(rows).execute();
}

async function search(query: Record<string, string | number>): Promise<Page> {
  const { status, body } = await call('searchProducts', { query });
  expect({ status, body }).toMatchObject({ status: 200 });
  return body as Page;
}

const found = async (text: string): Promise<string[]> => (await search({ search: text })).items.map(({ name }) => name);

/** Neither NUL nor half of a surrogate pair. */
const isStorable = (code: number): boolean => code !== 0 && (code < 0xd800 || code > 0xdfff);

describe('a cursor', () => {
  const letters = ['a', '\u8336', '\u{1F375}', '"', '\\', '\u0001', '\u0301', '\u2028'];

  it('is taken back by the service that made it, whatever the names are', async () => {
    await insert(letters.flatMap((letter) => [letter.repeat(255), letter.repeat(100)]));
    const { totalCount } = await search({});
    const seen = new Set<string>();
    for (let page = await search({ first: 1 }); ; page = await search({ first: 1, after: page.nextCursor })) {
      for (const { id } of page.items) seen.add(id);
      if (page.nextCursor === null) break;
    }
    expect(seen.size).toBe(totalCount);
  });

  it('is taken back whatever letters of Unicode the longest names are made of', async () => {
    // One letter of each 64, in names of 255.
    const codes = Array.from({ length: 0x11_0000 / 64 }, (_, nth) => nth * 64 + (nth % 64)).filter(isStorable);
    const names = Array.from({ length: Math.ceil(codes.length / 255) }, (_, nth) =>
      String.fromCodePoint(...codes.slice(nth * 255, (nth + 1) * 255)),
    );
    await insert(names);
    const seen: string[] = [];
    for (let page = await search({ first: 1 }); ; page = await search({ first: 1, after: page.nextCursor })) {
      seen.push(...page.items.map(({ name }) => name));
      if (page.nextCursor === null) break;
    }
    expect(seen.toSorted()).toEqual(names.toSorted());
  });

  it('is always short enough, for no name is longer than the contract says', async () => {
    await expect(insert(['x'.repeat(256)])).rejects.toMatchObject({ code: '23514' });
  });
});

describe('a search', () => {
  it('finds a name, whether it or the search is composed or decomposed', async () => {
    const names = ['Lakkalik\u00F6\u00F6ri', 'Lakkaliko\u0308o\u0308ri'];
    await insert(names);
    for (const text of [...names, 'LAKKALIK\u00D6\u00D6RI'])
      expect((await found(text)).toSorted()).toEqual(names.toSorted());
  });

  it('takes a dotted capital I for an i, and for nothing else', async () => {
    await insert(['Chai', 'Tofu']);
    expect(await found('\u0130')).toEqual(['Chai']);
  });

  it('folds every letter as the fakes do', async () => {
    const codes = Array.from({ length: 0x2fff - 1 }, (_, nth) => nth + 1);
    const { rows } = await sql<{ code: number; form: string }>`
      select code, lower(normalize(chr(code), NFC)) as form from unnest(${codes}::integer[]) as code`.execute(
      catalog.database,
    );
    expect(rows.length).toBe(codes.length);
    expect(rows.filter(({ code, form }) => form !== toSearchForm(String.fromCodePoint(code)))).toEqual([]);
  });
});
