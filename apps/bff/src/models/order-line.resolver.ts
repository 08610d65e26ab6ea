import { Resolver } from '@nestjs/graphql';
import { Section } from '@bff/page';
import type { PageContext } from '@bff/page';
import { OrderLine } from './order.model.js';
import { Product } from './product.model.js';

/** The product of an order line, wherever a page shows lines: one call for all lines of the answer. */
@Resolver(() => OrderLine)
export class OrderLineResolver {
  @Section(() => Product, 'What was ordered, as the catalog has it today; null when it is not there any more.')
  product(line: OrderLine, _args: unknown, { load }: PageContext): Product | null | Promise<Product | null> {
    return load.productById.now(line.productId);
  }
}
