import { Field, ID, ObjectType, registerEnumType } from '@nestjs/graphql';
import { Money } from './money.model.js';

export enum PaymentMethodKind {
  INVOICE = 'INVOICE',
  CARD = 'CARD',
  VOUCHER = 'VOUCHER',
}
registerEnumType(PaymentMethodKind, {
  name: 'PaymentMethodKind',
  description: 'The kind of a payment method.',
  valuesMap: {
    INVOICE: { description: 'The customer pays by invoice, up to a credit limit.' },
    CARD: { description: 'A payment card.' },
    VOUCHER: { description: 'A voucher with a fixed value.' },
  },
});

@ObjectType({ description: 'A way in which the customer can pay for orders.' })
export class PaymentMethod {
  @Field(() => ID, { description: 'Id of the payment method: pass it as `paymentMethodId` to `createOrder`.' })
  readonly id!: string;

  @Field(() => PaymentMethodKind, { description: 'Invoice, card or voucher.' })
  readonly kind!: `${PaymentMethodKind}`;

  @Field({ description: 'Name of the payment method, for display in a list.' })
  readonly label!: string;

  @Field(() => Money, { description: 'The most that can be charged to it in total.' })
  readonly limit!: Money;

  @Field(() => Money, {
    description:
      'The part of `limit` that can still be spent. An order that costs more is declined (`PaymentDeclined`).',
  })
  readonly available!: Money;
}

@ObjectType({ description: 'Name and contact details of a customer.' })
export class CustomerCard {
  @Field(() => ID, { description: 'Id of the customer.' })
  readonly id!: string;

  @Field({ description: 'Name of the company.' })
  readonly companyName!: string;

  @Field({ description: 'Name of the contact person.' })
  readonly contactName!: string;

  @Field({ description: 'Job title of the contact person.' })
  readonly contactTitle!: string;

  @Field({ description: 'Phone number as text, not in a standard format.' })
  readonly phone!: string;
}
