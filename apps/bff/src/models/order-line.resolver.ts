import { Resolver } from '@nestjs/graphql';
import { Section } from '@bff/page';
import type { PageContext } from '@bff/page';
import { OrderLine } from './order.model.js';
import { Product } from './product.model.js';

/** The product of an order line, on every page that shows lines: one downstream call for all lines of a response. */
@Resolver(() => OrderLine)
export class OrderLineResolver {
  @Section(() => Product, 'The product as it is in the catalog today; null when it is no longer there.')
  product(line: OrderLine, _args: unknown, { load }: PageContext): Product | null | Promise<Product | null> {
    return load.productById.getOrLoad(line.productId);
  }
}
