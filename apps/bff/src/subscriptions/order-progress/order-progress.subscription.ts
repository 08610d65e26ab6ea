import { Args, Context, ID, Resolver, Subscription } from '@nestjs/graphql';
import { createOrderSaga } from '@bff/contracts';
import { isId } from '@bff/kernel';
import { badUserInput, viewerOf } from '@bff/page';
import type { PageContext } from '@bff/page';
import { OrderEvent } from '../../models/saga.model.js';
import { progressOf } from '../../models/saga.progress.js';

/** How an order of the viewer goes on, as it happens. */
@Resolver()
export class OrderProgressSubscription {
  @Subscription(() => OrderEvent, {
    description:
      'Every change of an order of the viewer, from its first event or from after the one named, each once and in order, until it is over. Silent while there is none.',
    resolve: (event: OrderEvent) => event,
  })
  orderProgress(
    @Args('orderId', { type: () => ID }) orderId: string,
    @Args('after', { type: () => ID, nullable: true }) after: string | null,
    @Context() context: PageContext,
  ): AsyncIterable<OrderEvent> {
    const { customerId } = viewerOf(context);
    if (!isId(orderId)) throw badUserInput('orderId', 'the id of an order is expected');
    const maySee = (subject: string) => subject === customerId;
    return progressOf(context, { saga: createOrderSaga.name, id: orderId, after, audience: 'customer', maySee });
  }
}
