import { Field, ObjectType } from '@nestjs/graphql';

@ObjectType({ description: 'An amount of money in one currency.' })
export class Money {
  @Field({
    description:
      'Decimal number as text with two digits after the point, for example "18.00", so that no digit is lost.',
  })
  readonly amount!: string;

  @Field({ description: 'Currency code (ISO 4217), for example "USD".' })
  readonly currency!: string;
}
