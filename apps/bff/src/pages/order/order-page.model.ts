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
  valuesMap: {
    AUTHORISED: { description: 'The money is held.' },
    VOIDED: { description: 'Nothing is held and nothing was taken.' },
    CAPTURED: { description: 'The money was taken.' },
    REFUNDED: { description: 'The money was taken and given back.' },
  },
});

@ObjectType({ description: 'The payment of an order.' })
export class OrderPayment {
  @Field(() => ID)
  readonly paymentMethodId!: string;

  @Field({ description: "The payment method's label." })
  readonly label!: string;

  @Field(() => Money)
  readonly amount!: Money;

  @Field(() => PaymentState)
  readonly state!: `${PaymentState}`;
}

@ObjectType({ description: 'One order.' })
export class OrderPage extends OrderFields {
  readonly customerId!: string;

  @Field(() => PostalAddress)
  readonly shippingAddress!: PostalAddress;
}
