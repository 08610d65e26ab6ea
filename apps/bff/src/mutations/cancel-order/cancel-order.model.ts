import { createUnionType, Field, ID, InputType, Int, ObjectType } from '@nestjs/graphql';
import { OrderCancelled } from '../../models/order-cancelled.model.js';

@InputType()
export class CancelOrderInput {
  @Field(() => ID)
  readonly orderId!: string;

  @Field(() => Int, {
    nullable: true,
    defaultValue: 2_000,
    description: 'How long to wait for the outcome, in milliseconds, at most 30000.',
  })
  readonly waitMs?: number | null;
}

@ObjectType({
  description:
    'Returned when the order is being cancelled and that takes longer than `waitMs`. Send the same again, or look at the order page.',
})
export class CancellationPending {
  @Field(() => ID)
  readonly orderId!: string;
}

@ObjectType({ isAbstract: true })
abstract class Refusal {
  @Field(() => ID)
  readonly orderId!: string;

  @Field({ description: 'Why, in plain words.' })
  readonly message!: string;
}

@ObjectType({ description: 'Returned when the order was rejected before: there is nothing to cancel.' })
export class OrderNotCancellable extends Refusal {}

@ObjectType({ description: 'Returned when the viewer has no such order.' })
export class OrderNotFound extends Refusal {}

export const CancelOrderResult = createUnionType({
  name: 'CancelOrderResult',
  description: 'What became of a cancellation.',
  types: () => [OrderCancelled, CancellationPending, OrderNotCancellable, OrderNotFound] as const,
});

/** A member of the union, with the name that tells the members apart. */
export type CancelOrderAnswer =
  | ({ readonly __typename: 'OrderCancelled' } & OrderCancelled)
  | ({ readonly __typename: 'CancellationPending' } & CancellationPending)
  | ({ readonly __typename: 'OrderNotCancellable' } & OrderNotCancellable)
  | ({ readonly __typename: 'OrderNotFound' } & OrderNotFound);
