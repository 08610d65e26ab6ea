import { Field, ID, ObjectType } from '@nestjs/graphql';

@ObjectType({
  description:
    'Where an order is delivered, as the address was when the order was placed. Later changes to the address do not change it.',
})
export class PostalAddress {
  @Field({ description: 'Name of the person or company that receives the delivery.' })
  readonly recipient!: string;

  @Field({ description: 'Street and house number.' })
  readonly street!: string;

  @Field({ description: 'City.' })
  readonly city!: string;

  @Field(() => String, { nullable: true, description: 'State, province or region; null when the address has none.' })
  readonly region!: string | null;

  @Field(() => String, { nullable: true, description: 'Postal code; null when the address has none.' })
  readonly postalCode!: string | null;

  @Field({ description: 'Name of the country, for example "Germany"; not a country code.' })
  readonly country!: string;
}

@ObjectType({ description: 'An address to which the customer can have orders delivered.' })
export class Address extends PostalAddress {
  @Field(() => ID, { description: 'Id of the address: pass it as `shippingAddressId` to `createOrder`.' })
  readonly id!: string;

  @Field({ description: 'Name that the customer gave the address, for display in a list.' })
  readonly label!: string;
}
