import type { Category, Product } from '@bff/contracts';
import { DownstreamError } from '@bff/resilience';
import { CachedBatchLoader } from '../cached-batch-loader.js';
import type { StaleCatalogCache } from './stale-catalog-cache.js';
import type { CatalogClient } from './catalog.client.js';

export interface CatalogLoaders {
  /** null when there is no such product. While the catalog fails, its last known texts (findStaleness). */
  readonly productById: CachedBatchLoader<Product | null>;
  /** All categories. While the catalog fails, the last known ones (findStaleness). */
  readonly categories: () => Promise<readonly Category[]>;
}

/** By the contract of getProducts. */
const MAX_IDS = 100;

export function createCatalogLoaders(catalog: CatalogClient, staleCatalog: StaleCatalogCache): CatalogLoaders {
  const readProducts = async (ids: readonly string[]): Promise<(Product | null | Error)[]> => {
    try {
      const products = await catalog.getProducts(ids);
      staleCatalog.rememberProducts(products);
      // They come in the order of the ids nearly always.
      if (products.length === ids.length && products.every(({ id }, nth) => id === ids[nth])) return [...products];
      const found = new Map(products.map((product) => [product.id, product]));
      return ids.map((id) => found.get(id) ?? null);
    } catch (error) {
      if (!(error instanceof DownstreamError)) throw error;
      return ids.map((id) => staleCatalog.getStaleProduct(id, error));
    }
  };
  const readCategories = async (): Promise<readonly Category[]> => {
    try {
      const categories = await catalog.listCategories();
      staleCatalog.rememberCategories(categories);
      return categories;
    } catch (error) {
      if (!(error instanceof DownstreamError)) throw error;
      return staleCatalog.getStaleCategories(error);
    }
  };
  let categories: Promise<readonly Category[]> | undefined;
  return {
    productById: new CachedBatchLoader(readProducts, { name: 'productById', maxBatchSize: MAX_IDS }),
    categories: () => (categories ??= readCategories()),
  };
}
