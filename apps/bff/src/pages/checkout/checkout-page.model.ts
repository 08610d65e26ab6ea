import { Field, ID, Int, ObjectType, registerEnumType } from '@nestjs/graphql';
import { Money } from '../../models/money.model.js';
import { Product } from '../../models/product.model.js';

export enum Availability {
  AVAILABLE = 'AVAILABLE',
  OUT_OF_STOCK = 'OUT_OF_STOCK',
  UNAVAILABLE = 'UNAVAILABLE',
}
registerEnumType(Availability, {
  name: 'Availability',
  description: 'Whether the wanted quantity of a product can be ordered now.',
  valuesMap: {
    AVAILABLE: { description: 'Enough units are in stock now.' },
    OUT_OF_STOCK: { description: 'Fewer units are in stock than wanted.' },
    UNAVAILABLE: { description: 'The product does not exist, or is no longer sold.' },
  },
});

@ObjectType({ description: 'A quantity of one product, with its price and availability.' })
export class CheckoutLine {
  @Field(() => ID, { description: 'Id of the product.' })
  readonly productId!: string;

  @Field(() => Int, { description: 'The number of units wanted.' })
  readonly quantity!: number;

  @Field(() => Availability, { description: 'Whether that many units can be ordered now.' })
  readonly availability!: `${Availability}`;

  @Field(() => Product, { nullable: true, description: 'The product; null when it does not exist.' })
  readonly product!: Product | null;

  @Field(() => Money, {
    nullable: true,
    description:
      'Current price of the line. null when the product is UNAVAILABLE, or the price is larger than the largest amount that can be represented.',
  })
  readonly lineTotal!: Money | null;
}

@ObjectType({ description: 'Summary of an order before it is placed.' })
export class CheckoutPage {
  @Field(() => ID, { description: 'Id of the viewer, who is a customer.' })
  readonly customerId!: string;
}
