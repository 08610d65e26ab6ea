import { Args, Context, ID, Query } from '@nestjs/graphql';
import { Page, Section } from '@bff/page';
import type { PageContext } from '@bff/page';
import { Category, Product } from '../../models/product.model.js';
import { LastPurchase, ProductPage } from './product-page.model.js';

const RELATED = 4;

/** The spine is the product: without it there is no page. Every section below may be missing on its own. */
@Page(() => ProductPage)
export class ProductPageResolver {
  @Query(() => ProductPage, {
    nullable: true,
    description:
      'One product with its price and stock, related products, and when the viewer last bought it. null when the product does not exist. Needs no token.',
  })
  productPage(
    @Args('productId', { type: () => ID, description: 'Id of the product.' }) productId: string,
    @Context() { load }: PageContext,
  ): Promise<ProductPage | null> {
    return load.productById.load(productId);
  }

  @Section(() => Category, 'The category of the product; null when it does not exist.')
  async category(product: ProductPage, _args: unknown, { load }: PageContext): Promise<Category | null> {
    const categories = await load.categories();
    return categories.find(({ id }) => id === product.categoryId) ?? null;
  }

  @Section(() => [Product], `At most ${RELATED} products of the same category, the closest in price first.`)
  related(product: ProductPage, _args: unknown, { downstreams }: PageContext): Promise<readonly Product[]> {
    return downstreams.catalog.getRelatedProducts(product.id, RELATED);
  }

  @Section(
    () => LastPurchase,
    'When the viewer last bought the product; null when they never did, and without a token.',
  )
  async lastPurchase(
    product: ProductPage,
    _args: unknown,
    { viewer, downstreams }: PageContext,
  ): Promise<LastPurchase | null> {
    if (!viewer) return null;
    const [purchase] = await downstreams.order.getLastPurchases(viewer.customerId, [product.id]);
    return purchase ?? null;
  }
}
