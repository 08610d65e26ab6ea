import { Field, ID, ObjectType } from '@nestjs/graphql';

@ObjectType({ description: 'Where an order goes, as it was at the time of order.' })
export class PostalAddress {
  @Field()
  readonly recipient!: string;

  @Field()
  readonly street!: string;

  @Field()
  readonly city!: string;

  @Field(() => String, { nullable: true })
  readonly region!: string | null;

  @Field(() => String, { nullable: true })
  readonly postalCode!: string | null;

  @Field()
  readonly country!: string;
}

@ObjectType({ description: 'An address of the customer.' })
export class Address extends PostalAddress {
  @Field(() => ID)
  readonly id!: string;

  @Field({ description: 'What the customer calls it.' })
  readonly label!: string;
}
