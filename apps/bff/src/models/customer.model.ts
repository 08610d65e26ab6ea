import { Field, ID, ObjectType, registerEnumType } from '@nestjs/graphql';
import { Money } from './money.model.js';

export enum PaymentMethodKind {
  INVOICE = 'INVOICE',
  CARD = 'CARD',
  VOUCHER = 'VOUCHER',
}
registerEnumType(PaymentMethodKind, { name: 'PaymentMethodKind' });

@ObjectType({ description: 'A way in which the customer pays.' })
export class PaymentMethod {
  @Field(() => ID)
  readonly id!: string;

  @Field(() => PaymentMethodKind)
  readonly kind!: `${PaymentMethodKind}`;

  @Field()
  readonly label!: string;

  @Field(() => Money, { description: 'What may be authorised and captured on it in all.' })
  readonly limit!: Money;

  @Field(() => Money, { description: 'What is left of the limit.' })
  readonly available!: Money;
}

@ObjectType({ description: 'Who the customer is.' })
export class CustomerCard {
  @Field(() => ID)
  readonly id!: string;

  @Field()
  readonly companyName!: string;

  @Field()
  readonly contactName!: string;

  @Field()
  readonly contactTitle!: string;

  @Field()
  readonly phone!: string;
}
