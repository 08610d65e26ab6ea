import { Args, Context, ID, Query, ResolveField } from '@nestjs/graphql';
import { Page, Section, requireViewer } from '@bff/page';
import type { PageContext } from '@bff/page';
import { CustomerCard } from '../../models/customer.model.js';
import { OrderStatus } from '../../models/order.model.js';
import { OrderTimeline } from '../../models/saga.model.js';
import { toOrderTimeline } from '../../models/saga.timeline.js';
import { OrderPage, OrderPayment } from './order-page.model.js';

/** The spine is the order: without it there is no page. Every section below may be missing on its own. */
@Page(() => OrderPage)
export class OrderPageResolver {
  @Query(() => OrderPage, {
    nullable: true,
    description:
      'One order of the viewer: lines with products, shipping address, payment, and how it was processed. null when the viewer has no order with this id. Needs a token.',
  })
  async orderPage(
    @Args('orderId', { type: () => ID, description: 'Id of the order.' }) orderId: string,
    @Context() context: PageContext,
  ): Promise<OrderPage | null> {
    const { customerId } = requireViewer(context);
    const order = await context.load.orderById.load(orderId);
    // The order of another customer looks like one that does not exist.
    return order?.customerId === customerId ? order : null;
  }

  @Section(() => CustomerCard, 'The customer who placed the order.')
  customer(order: OrderPage, _args: unknown, { load }: PageContext): Promise<CustomerCard | null> {
    return load.customerById.load(order.customerId);
  }

  @Section(() => OrderPayment, 'The payment of the order; null when none was ever requested.')
  payment(order: OrderPage, _args: unknown, { load }: PageContext): Promise<OrderPayment | null> {
    return load.paymentByOrderId.load(order.id);
  }

  @Section(
    () => OrderTimeline,
    'How the order was processed, step by step; null for an order that was not placed with `createOrder`.',
  )
  async timeline(order: OrderPage, _args: unknown, { load, viewer }: PageContext): Promise<OrderTimeline | null> {
    return toOrderTimeline(await load.sagaOfOrder.load(order.id), viewer?.operator ? 'operator' : 'customer');
  }

  @Section(
    () => OrderTimeline,
    'How the order was cancelled, step by step; null when `cancelOrder` was never sent for it.',
  )
  async cancellation(order: OrderPage, _args: unknown, { load, viewer }: PageContext): Promise<OrderTimeline | null> {
    return toOrderTimeline(await load.cancellationOfOrder.load(order.id), viewer?.operator ? 'operator' : 'customer');
  }

  /** The status of the order service. A PENDING order needs attention when its saga does; it stays PENDING when the orchestrator is unavailable. */
  @ResolveField(() => OrderStatus, { description: 'The state of the order.' })
  async status({ id, status }: OrderPage, _args: unknown, { load }: PageContext): Promise<`${OrderStatus}`> {
    if (status !== 'PENDING') return status;
    const timeline = await load.sagaOfOrder.load(id).catch(() => null);
    return timeline?.saga?.status === 'NEEDS_ATTENTION' ? 'NEEDS_ATTENTION' : status;
  }
}
