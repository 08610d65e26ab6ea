import { createUnionType, Field, ID, InputType, Int, ObjectType } from '@nestjs/graphql';
import { OrderCancelled } from '../../models/order-cancelled.model.js';
import { createWaitMsOptions } from '../../models/wait-ms.js';

@InputType({ description: 'Which order to cancel.' })
export class CancelOrderInput {
  @Field(() => ID, { description: 'Id of the order to cancel.' })
  readonly orderId!: string;

  @Field(() => Int, createWaitMsOptions('CancellationPending'))
  readonly waitMs?: number | null;
}

@ObjectType({
  description:
    'Returned when the order is still being cancelled after `waitMs`. Send the same mutation again, or ask for the order page.',
})
export class CancellationPending {
  @Field(() => ID, { description: 'Id of the order that is being cancelled.' })
  readonly orderId!: string;
}

@ObjectType({ isAbstract: true })
abstract class RejectionResult {
  @Field(() => ID, { description: 'The order id that was sent.' })
  readonly orderId!: string;

  @Field({ description: 'The reason in plain English, for display.' })
  readonly message!: string;
}

@ObjectType({ description: 'Returned when the order had already been rejected: there is nothing to cancel.' })
export class OrderNotCancellable extends RejectionResult {}

@ObjectType({ description: 'Returned when the viewer has no order with this id. Nothing was done.' })
export class OrderNotFound extends RejectionResult {}

export const CancelOrderResult = createUnionType({
  name: 'CancelOrderResult',
  description: 'The outcome of `cancelOrder`. Select `__typename` and the fields of each member.',
  types: () => [OrderCancelled, CancellationPending, OrderNotCancellable, OrderNotFound] as const,
});

/** A member of the union, with the name that distinguishes the members. */
export type CancelOrderResult =
  | ({ readonly __typename: 'OrderCancelled' } & OrderCancelled)
  | ({ readonly __typename: 'CancellationPending' } & CancellationPending)
  | ({ readonly __typename: 'OrderNotCancellable' } & OrderNotCancellable)
  | ({ readonly __typename: 'OrderNotFound' } & OrderNotFound);
