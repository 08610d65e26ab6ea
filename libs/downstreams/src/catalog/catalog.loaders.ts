import type { Product } from '@bff/contracts';
import type DataLoader from 'dataloader';
import { batchLoader } from '../batch-loader.js';
import type { CatalogClient } from './catalog.client.js';

export interface CatalogLoaders {
  /** null when there is no such product. */
  readonly productById: DataLoader<string, Product | null>;
}

export function catalogLoaders(catalog: CatalogClient): CatalogLoaders {
  return {
    productById: batchLoader(
      'productById',
      100,
      (ids) => catalog.getProducts(ids),
      (product) => product.id,
    ),
  };
}
