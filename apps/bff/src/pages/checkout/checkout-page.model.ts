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
  valuesMap: {
    AVAILABLE: { description: 'There is enough of it right now.' },
    OUT_OF_STOCK: { description: 'There is less of it than is wanted.' },
    UNAVAILABLE: { description: 'There is no such product, or it is not sold any more.' },
  },
});

@ObjectType({ description: 'So many units of a product, priced and checked against stock.' })
export class CheckoutLine {
  @Field(() => ID)
  readonly productId!: string;

  @Field(() => Int)
  readonly quantity!: number;

  @Field(() => Availability)
  readonly availability!: `${Availability}`;

  @Field(() => Product, { nullable: true, description: 'null when there is no such product.' })
  readonly product!: Product | null;

  @Field(() => Money, {
    nullable: true,
    description: 'null when the product is unavailable, or the line costs more than an amount can hold.',
  })
  readonly lineTotal!: Money | null;
}

@ObjectType({ description: 'What the viewer is about to buy.' })
export class CheckoutPage {
  @Field(() => ID, { description: "The viewer's customer id." })
  readonly customerId!: string;
}
