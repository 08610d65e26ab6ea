import { Field, ObjectType } from '@nestjs/graphql';

@ObjectType({ description: 'An amount of money.' })
export class Money {
  @Field({ description: 'Decimal text with two digits, for example "18.00".' })
  readonly amount!: string;

  @Field({ description: 'ISO 4217, for example "USD".' })
  readonly currency!: string;
}
