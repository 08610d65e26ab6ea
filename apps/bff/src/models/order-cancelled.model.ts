import { Field, ID, ObjectType } from '@nestjs/graphql';
import { Money } from './money.model.js';

@ObjectType({
  description:
    'Returned when the order is cancelled: nothing is delivered, and what was paid is refunded. It makes no difference whether the order had been confirmed before.',
})
export class OrderCancelled {
  @Field(() => ID, { description: 'Id of the cancelled order.' })
  readonly orderId!: string;

  @Field(() => Money, { nullable: true, description: 'The amount refunded; null when no money had been taken.' })
  readonly refunded!: Money | null;
}
