import { Args, Context, ID, Query, ResolveField, Resolver } from '@nestjs/graphql';
import { Section, viewerOf } from '@bff/page';
import type { PageContext } from '@bff/page';
import { CustomerCard } from '../../models/customer.model.js';
import { OrderStatus } from '../../models/order.model.js';
import { OrderTimeline } from '../../models/saga.model.js';
import { timelineOf } from '../../models/saga.timeline.js';
import { OrderPage, OrderPayment } from './order-page.model.js';

/** The spine is the order: without it there is no page. Every section below may be missing on its own. */
@Resolver(() => OrderPage)
export class OrderPageResolver {
  @Query(() => OrderPage, {
    nullable: true,
    description:
      'One order of the viewer: lines with products, shipping address, payment, and how it came to be. null when there is none.',
  })
  async orderPage(
    @Args('orderId', { type: () => ID }) orderId: string,
    @Context() context: PageContext,
  ): Promise<OrderPage | null> {
    const { customerId } = viewerOf(context);
    const order = await context.load.orderById.load(orderId);
    // Somebody else's order answers like one that does not exist.
    return order?.customerId === customerId ? order : null;
  }

  @Section(() => CustomerCard)
  customer(order: OrderPage, _args: unknown, { load }: PageContext): Promise<CustomerCard | null> {
    return load.customerById.load(order.customerId);
  }

  @Section(() => OrderPayment, 'What was authorised, captured or voided; null when payment was never asked for.')
  payment(order: OrderPage, _args: unknown, { load }: PageContext): Promise<OrderPayment | null> {
    return load.paymentByOrderId.load(order.id);
  }

  @Section(() => OrderTimeline, 'How it came to be, step by step; null for an order that was not placed here.')
  async timeline(order: OrderPage, _args: unknown, { load, viewer }: PageContext): Promise<OrderTimeline | null> {
    return timelineOf(await load.sagaOfOrder.load(order.id), viewer?.operator ? 'operator' : 'customer');
  }

  @Section(() => OrderTimeline, 'How it was cancelled, step by step; null when nobody asked for that.')
  async cancellation(order: OrderPage, _args: unknown, { load, viewer }: PageContext): Promise<OrderTimeline | null> {
    return timelineOf(await load.cancellationOfOrder.load(order.id), viewer?.operator ? 'operator' : 'customer');
  }

  /** What the order service says; of a PENDING order, whether its saga can go on, as far as that can be known. */
  @ResolveField(() => OrderStatus)
  async status({ id, status }: OrderPage, _args: unknown, { load }: PageContext): Promise<`${OrderStatus}`> {
    if (status !== 'PENDING') return status;
    const story = await load.sagaOfOrder.load(id).catch(() => null);
    return story?.saga?.status === 'NEEDS_ATTENTION' ? 'NEEDS_ATTENTION' : status;
  }
}
