import { Field, ID, ObjectType, registerEnumType } from '@nestjs/graphql';
import { PostalAddress } from '../../models/address.model.js';
import { Money } from '../../models/money.model.js';
import { OrderFields } from '../../models/order.model.js';

export enum PaymentState {
  AUTHORISED = 'AUTHORISED',
  VOIDED = 'VOIDED',
  CAPTURED = 'CAPTURED',
  REFUNDED = 'REFUNDED',
}
registerEnumType(PaymentState, {
  name: 'PaymentState',
  description: 'The state of a payment.',
  valuesMap: {
    AUTHORISED: { description: 'The amount is held for this order, and not taken yet.' },
    VOIDED: { description: 'The amount is no longer held, and nothing was taken.' },
    CAPTURED: { description: 'The amount was taken.' },
    REFUNDED: { description: 'The amount was taken and given back.' },
  },
});

@ObjectType({ description: 'The payment of an order.' })
export class OrderPayment {
  @Field(() => ID, { description: 'Id of the payment method.' })
  readonly paymentMethodId!: string;

  @Field({ description: 'Name of the payment method, for display.' })
  readonly label!: string;

  @Field(() => Money, { description: 'The amount of the payment.' })
  readonly amount!: Money;

  @Field(() => PaymentState, { description: 'Whether the amount is held, taken or given back.' })
  readonly state!: `${PaymentState}`;
}

@ObjectType({ description: 'One order of the viewer.' })
export class OrderPage extends OrderFields {
  readonly customerId!: string;

  @Field(() => PostalAddress, { description: 'Where the order is delivered.' })
  readonly shippingAddress!: PostalAddress;
}
