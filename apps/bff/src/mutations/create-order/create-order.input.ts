import { Field, ID, InputType, Int } from '@nestjs/graphql';
import { OrderLineInput } from '../../models/order-lines.input.js';

@InputType()
export class CreateOrderInput {
  @Field(() => ID, {
    description:
      'Made by the client, once per order: the same key and input find the same order, however often they are sent.',
  })
  readonly idempotencyKey!: string;

  @Field(() => [OrderLineInput])
  readonly lines!: readonly OrderLineInput[];

  @Field(() => ID)
  readonly shippingAddressId!: string;

  @Field(() => ID)
  readonly paymentMethodId!: string;

  @Field(() => Int, {
    nullable: true,
    defaultValue: 2000,
    description: 'How long to wait for the outcome before answering OrderPending, in milliseconds.',
  })
  readonly waitMs?: number | null;
}
