import { createNorthwindSeed } from '@bff/fakes';
import type { ParityRead } from '../fake-parity-suite.js';
import { toCursor, withQuery } from '../fake-parity-suite.js';

const WORDS = [
  'ch',
  'CH',
  's c',
  '  sauce   LOUISIANA ',
  'LAKKALIKÖÖRI',
  'LAKKALIKO\u0308O\u0308RI',
  '\u0130',
  '\u039F\u03A3',
  'ß',
  "'",
  '%',
  '_',
  '\\',
  'nothing',
];

/** All that can be read of Northwind's catalog. */
export function listCatalogReads(): readonly ParityRead<'catalog'>[] {
  const { categories, products } = createNorthwindSeed().catalog;
  const categoryIds = [...categories.map(({ id }) => id), 'unknown'];
  const ids = [...products.map(({ id }) => id), 'unknown'];
  const ofProducts = ids.map((productId) => ({ path: { productId } }));
  const elsewhere = ['Aa', 'Chang', 'Röd', 'zzz'].map((name) => toCursor([name, '2']));
  return [
    { operation: 'listCategories', about: 'all', requests: [{}] },
    { operation: 'getProducts', about: 'all', requests: [withQuery({ ids: [...ids, '1'].join() })], anyOrder: true },
    {
      operation: 'searchProducts',
      about: 'all',
      requests: [{}, ...[1, 7, 76, 77].map((first) => withQuery({ first }))],
    },
    {
      operation: 'searchProducts',
      about: 'in a category',
      requests: categoryIds.map((categoryId) => withQuery({ categoryId, first: 3 })),
    },
    {
      operation: 'searchProducts',
      about: 'by words',
      requests: WORDS.map((search) => withQuery({ search, first: 2 })),
    },
    {
      operation: 'searchProducts',
      about: 'by words in a category',
      requests: categoryIds.map((categoryId) => withQuery({ categoryId, search: 'e', first: 2 })),
    },
    {
      operation: 'searchProducts',
      about: 'from where another list was left',
      requests: elsewhere.map((after) => withQuery({ categoryId: '2', first: 2, after })),
    },
    { operation: 'relatedProducts', about: 'the first', requests: ofProducts },
    {
      operation: 'relatedProducts',
      about: 'all',
      requests: ofProducts.map(({ path }) => ({ path, ...withQuery({ first: 20 }) })),
    },
    {
      operation: 'getReservations',
      about: 'of the orders that were written',
      requests: [withQuery({ orderIds: 'B,A,unknown' })],
      anyOrder: true,
    },
  ];
}
