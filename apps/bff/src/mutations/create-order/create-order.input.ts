import { Field, ID, InputType, Int } from '@nestjs/graphql';
import { OrderLineInput } from '../../models/order-lines.input.js';
import { createWaitMsOptions } from '../../models/wait-ms.js';

@InputType({ description: 'The order to place.' })
export class CreateOrderInput {
  @Field(() => ID, {
    description:
      'A text of 1 to 200 characters that the client generates once for each order, for example a UUID. Sending the same key and input again never places a second order: it answers with the first one.',
  })
  readonly idempotencyKey!: string;

  @Field(() => [OrderLineInput], { description: 'The products to order, 1 to 100 lines.' })
  readonly lines!: readonly OrderLineInput[];

  @Field(() => ID, { description: "Id of one of the viewer's addresses: see `checkoutPage.addresses`." })
  readonly shippingAddressId!: string;

  @Field(() => ID, { description: "Id of one of the viewer's payment methods: see `checkoutPage.paymentMethods`." })
  readonly paymentMethodId!: string;

  @Field(() => Int, createWaitMsOptions('OrderPending'))
  readonly waitMs?: number | null;
}
