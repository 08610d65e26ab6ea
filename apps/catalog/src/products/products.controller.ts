import { Controller } from '@nestjs/common';
import type { AnswerOf, CheckedRequest } from '@bff/contracts';
import { Input, Operation } from '@bff/service';
import { ProductStore } from './product.store.js';

/** Reads categories and products. */
@Controller()
export class ProductsController {
  constructor(private readonly products: ProductStore) {}

  @Operation('catalog', 'listCategories')
  async listCategories(
    @Input() _request: CheckedRequest<'catalog', 'listCategories'>,
  ): Promise<AnswerOf<'catalog', 'listCategories'>> {
    return { items: await this.products.listCategories() };
  }

  @Operation('catalog', 'getProducts')
  async getProducts(
    @Input() { query }: CheckedRequest<'catalog', 'getProducts'>,
  ): Promise<AnswerOf<'catalog', 'getProducts'>> {
    return { items: await this.products.findByIds(query.ids) };
  }

  @Operation('catalog', 'searchProducts')
  searchProducts(
    @Input() { query }: CheckedRequest<'catalog', 'searchProducts'>,
  ): Promise<AnswerOf<'catalog', 'searchProducts'>> {
    return this.products.search(query);
  }

  @Operation('catalog', 'relatedProducts')
  async relatedProducts(
    @Input() { path, query }: CheckedRequest<'catalog', 'relatedProducts'>,
  ): Promise<AnswerOf<'catalog', 'relatedProducts'>> {
    return { items: await this.products.findRelated(path.productId, query.first ?? 4) };
  }
}
