import { Args, Context, ID, Resolver, Subscription } from '@nestjs/graphql';
import { createOrderSaga } from '@bff/contracts';
import { isId } from '@bff/kernel';
import { createBadUserInputError, requireViewer } from '@bff/page';
import type { PageContext } from '@bff/page';
import { OrderEvent } from '../../models/saga.model.js';
import { followSaga } from '../../models/saga.progress.js';

/** The events of an order of the viewer, as they happen. */
@Resolver()
export class OrderProgressSubscription {
  @Subscription(() => OrderEvent, {
    description:
      'Sends the events of an order of the viewer as they happen, each once and in order. It completes after the event ENDED. It sends nothing while the order does not exist or belongs to another customer.',
    resolve: (event: OrderEvent) => event,
  })
  orderProgress(
    @Args('orderId', { type: () => ID, description: 'Id of the order; it may be placed later.' }) orderId: string,
    @Args('after', {
      type: () => ID,
      nullable: true,
      description: 'Id of the last event that the client has: sends those after it. null sends all of them.',
    })
    after: string | null,
    @Context() context: PageContext,
  ): AsyncIterable<OrderEvent> {
    const { customerId } = requireViewer(context);
    if (!isId(orderId)) throw createBadUserInputError('orderId', 'the id of an order is expected');
    const canSee = (subject: string) => subject === customerId;
    return followSaga(context, { saga: createOrderSaga.name, id: orderId, after, role: 'customer', canSee });
  }
}
