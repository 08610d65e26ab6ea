import { Args, Context, ID, Query, Resolver } from '@nestjs/graphql';
import type { Order } from '@bff/contracts';
import { Section, viewerOf } from '@bff/page';
import type { PageContext } from '@bff/page';
import { CustomerCard } from '../../models/customer.model.js';
import { OrderPage, OrderPayment } from './order-page.model.js';

/** The spine is the order: without it there is no page. Every section below may be missing on its own. */
@Resolver(() => OrderPage)
export class OrderPageResolver {
  @Query(() => OrderPage, {
    nullable: true,
    description: 'One order of the viewer: lines with products, shipping address and payment. null when there is none.',
  })
  async orderPage(
    @Args('orderId', { type: () => ID }) orderId: string,
    @Context() context: PageContext,
  ): Promise<OrderPage | null> {
    const { customerId } = viewerOf(context);
    const order = await context.load.orderById.load(orderId);
    // Somebody else's order answers like one that does not exist.
    return order?.customerId === customerId ? orderPageOf(order) : null;
  }

  @Section(() => CustomerCard)
  customer(order: OrderPage, _args: unknown, { load }: PageContext): Promise<CustomerCard | null> {
    return load.customerById.load(order.customerId);
  }

  @Section(() => OrderPayment, 'What was authorised, captured or voided; null when payment was never asked for.')
  payment(order: OrderPage, _args: unknown, { load }: PageContext): Promise<OrderPayment | null> {
    return load.paymentByOrderId.load(order.id);
  }
}

function orderPageOf(order: Order): OrderPage {
  return { ...order, placedAt: new Date(order.placedAt) };
}
