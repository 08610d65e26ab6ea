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
  description: 'The state of an order.',
  valuesMap: {
    PENDING: { description: 'The order is being processed; it can still be confirmed or rejected.' },
    CONFIRMED: { description: 'The order is final and will be delivered; it can only be cancelled now.' },
    CANCELLED: { description: 'The order was confirmed and then cancelled: the payment is refunded.' },
    REJECTED: {
      description: 'The order could not be carried out, and all of its effects are undone; `reason` says why.',
    },
    NEEDS_ATTENTION: {
      description: 'The order is still being processed, but cannot be completed until an operator intervenes.',
    },
  },
});

@ObjectType({ description: 'One product of an order, at the price for which it was ordered.' })
export class OrderLine {
  @Field(() => ID, { description: 'Id of the product.' })
  readonly productId!: string;

  @Field(() => Int, { description: 'The number of units ordered.' })
  readonly quantity!: number;

  @Field(() => Money, { description: 'Price of one unit when the order was placed, before the discount.' })
  readonly unitPrice!: Money;

  @Field(() => Int, { description: 'Discount on the unit price in percent, 0 to 100; 0 for none.' })
  readonly discountPercent!: number;

  @Field(() => Money, { description: 'Unit price times quantity, less the discount.' })
  readonly lineTotal!: Money;
}

/** What every view of an order holds; all of it comes with the order itself. */
@ObjectType({ isAbstract: true })
export abstract class OrderFields {
  @Field(() => ID, { description: 'Id of the order.' })
  readonly id!: string;

  @Field(() => OrderStatus, { description: 'The state of the order.' })
  readonly status!: `${OrderStatus}`;

  @Field(() => String, {
    nullable: true,
    description: 'Code of the reason for which the order was rejected, for example OUT_OF_STOCK; null unless it was.',
  })
  readonly reason!: string | null;

  @Field(() => Date, { description: 'When the order was placed.' })
  readonly placedAt!: string;

  @Field(() => [OrderLine], { description: 'The products ordered, one line for each.' })
  readonly lines!: readonly OrderLine[];

  @Field(() => Money, { description: 'The sum of all lines.' })
  readonly total!: Money;
}
