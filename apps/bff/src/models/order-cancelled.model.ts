import { Field, ID, ObjectType } from '@nestjs/graphql';
import { Money } from './money.model.js';

@ObjectType({
  description:
    'Returned when the order was cancelled, before it was confirmed or since. The customer has nothing of it, and it is paid back.',
})
export class OrderCancelled {
  @Field(() => ID)
  readonly orderId!: string;

  @Field(() => Money, { nullable: true, description: 'What was given back; null when no money had been taken.' })
  readonly refunded!: Money | null;
}
