import { Field, ID, Int, ObjectType, registerEnumType } from '@nestjs/graphql';
import { Money } from './money.model.js';

export enum OrderStatus {
  PENDING = 'PENDING',
  CONFIRMED = 'CONFIRMED',
  REJECTED = 'REJECTED',
  CANCELLED = 'CANCELLED',
  NEEDS_ATTENTION = 'NEEDS_ATTENTION',
}
registerEnumType(OrderStatus, {
  name: 'OrderStatus',
  valuesMap: {
    PENDING: { description: 'Its saga is under way.' },
    CONFIRMED: { description: 'The customer has it; it cannot be rejected any more.' },
    CANCELLED: { description: 'The customer had it, and gave it back.' },
    REJECTED: { description: 'It was undone; `reason` says why.' },
    NEEDS_ATTENTION: { description: 'Its saga cannot go on without an operator.' },
  },
});

@ObjectType({ description: 'One product of an order, at the price of the time of order.' })
export class OrderLine {
  @Field(() => ID)
  readonly productId!: string;

  @Field(() => Int)
  readonly quantity!: number;

  @Field(() => Money)
  readonly unitPrice!: Money;

  @Field(() => Int, { description: 'Percent of the price that was given away.' })
  readonly discountPercent!: number;

  @Field(() => Money, { description: 'Unit price times quantity, less the discount.' })
  readonly lineTotal!: Money;
}

/** What every view of an order holds; all of it comes with the order itself. */
@ObjectType({ isAbstract: true })
export abstract class OrderFields {
  @Field(() => ID)
  readonly id!: string;

  @Field(() => OrderStatus)
  readonly status!: `${OrderStatus}`;

  @Field(() => String, { nullable: true, description: 'Why it was rejected, for example OUT_OF_STOCK.' })
  readonly reason!: string | null;

  @Field(() => Date)
  readonly placedAt!: string;

  @Field(() => [OrderLine])
  readonly lines!: readonly OrderLine[];

  @Field(() => Money)
  readonly total!: Money;
}
