import { describe, expect } from '@jest/globals';
import { document, scenarios } from '@bff/testing';
import { listCalls, product, startBffWorld } from '../../bff.fixture.js';

const CatalogPage = document(
  `query ($c: ID, $s: String, $f: Int, $a: String) { catalogPage(categoryId: $c, search: $s, first: $f, after: $a) {
    categoryId categories { id } products { totalCount nodes { id } pageInfo { hasNextPage endCursor } } } }`,
);

const scenario = scenarios(startBffWorld);

describe('the catalog page', () => {
  scenario.concurrent('takes two downstream calls, and needs no viewer', async (t) => {
    t.catalog.searchProducts.reply(200, { items: [product('1'), product('2')], totalCount: 5, nextCursor: 'next' });
    const { status, raw } = await t.as(null).gql(CatalogPage);
    expect(status).toBe(200);
    expect(raw).toEqual({
      data: {
        catalogPage: {
          categoryId: null,
          categories: [{ id: 'kitchen' }],
          products: {
            totalCount: 5,
            nodes: [{ id: '1' }, { id: '2' }],
            pageInfo: { hasNextPage: true, endCursor: 'next' },
          },
        },
      },
    });
    expect(listCalls(t).sort()).toEqual(['catalog.listCategories', 'catalog.searchProducts']);
  });

  scenario.concurrent('forwards its arguments, except empty ones', async (t) => {
    t.catalog.searchProducts.reply(200, { items: [], totalCount: 0, nextCursor: null });
    await t.as(null).gql(CatalogPage, { c: 'kitchen', s: ' green  tea ', f: 7, a: 'next' });
    await t.as(null).gql(CatalogPage, { s: '  ' });
    expect(t.catalog.searchProducts.calls.map(({ query }) => query)).toEqual([
      { categoryId: 'kitchen', search: 'green  tea', first: 7, after: 'next' },
      { first: 20 },
    ]);
  });

  scenario.concurrent('is shown without the catalog service, with an error for each section', async (t) => {
    t.down('catalog');
    const { status, data, errors } = await t.as(null).gql(CatalogPage);
    expect(status).toBe(200);
    expect(data).toEqual({ catalogPage: { categoryId: null, categories: null, products: null } });
    expect(errors?.map(({ path, code }) => [path, code]).sort()).toEqual([
      ['catalogPage.categories', 'DOWNSTREAM_UNAVAILABLE'],
      ['catalogPage.products', 'DOWNSTREAM_UNAVAILABLE'],
    ]);
  });
});
