import { afterEach, describe, expect, it } from '@jest/globals';
import { product, startBffUnderTest } from '../../bff.fixture.js';
import type { BffUnderTest } from '../../bff.fixture.js';

const CATALOG_PAGE = `query ($c: ID, $s: String, $f: Int, $a: String) { catalogPage(categoryId: $c, search: $s, first: $f, after: $a) {
  categoryId categories { id } products { totalCount nodes { id } pageInfo { hasNextPage endCursor } } } }`;

let bff: BffUnderTest;
afterEach(() => bff.close());

const start = (asked: object[] = []) =>
  startBffUnderTest({
    catalog: {
      listCategories: () => ({ items: [{ id: 'c-1', name: 'Tea', description: 'Leaves' }] }),
      searchProducts: ({ query }) => {
        asked.push(query);
        return { items: [product('1'), product('2')], totalCount: 5, nextCursor: 'next' };
      },
    },
  });

describe('the catalog page', () => {
  it('takes two downstream calls, and needs no viewer', async () => {
    bff = await start();
    expect(await bff.ask(null, CATALOG_PAGE)).toEqual({
      status: 200,
      data: {
        catalogPage: {
          categoryId: null,
          categories: [{ id: 'c-1' }],
          products: {
            ...{ totalCount: 5, nodes: [{ id: '1' }, { id: '2' }] },
            pageInfo: { hasNextPage: true, endCursor: 'next' },
          },
        },
      },
    });
    expect(bff.calls().sort()).toEqual(['catalog.listCategories', 'catalog.searchProducts']);
  });

  it('hands on what is asked for, and nothing that is empty', async () => {
    const asked: object[] = [];
    bff = await start(asked);
    await bff.ask(null, CATALOG_PAGE, { c: 'c-1', s: ' green  tea ', f: 7, a: 'next' });
    await bff.ask(null, CATALOG_PAGE, { s: '  ' });
    expect(asked).toEqual([{ categoryId: 'c-1', search: 'green  tea', first: 7, after: 'next' }, { first: 20 }]);
  });

  it('answers without the catalog, and says so for each section', async () => {
    bff = await start();
    bff.catalog.breakDown();
    const { status, data, errors } = await bff.ask(null, CATALOG_PAGE);
    expect({ status, data }).toEqual({
      status: 200,
      data: { catalogPage: { categoryId: null, categories: null, products: null } },
    });
    expect(errors?.map(({ path, extensions }) => [path?.[1], extensions['code']]).sort()).toEqual([
      ['categories', 'DOWNSTREAM_UNAVAILABLE'],
      ['products', 'DOWNSTREAM_UNAVAILABLE'],
    ]);
  });
});
