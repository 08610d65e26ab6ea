import { Field, ID, Int, ObjectType } from '@nestjs/graphql';
import { Product } from '../../models/product.model.js';

@ObjectType({ description: 'The last order with which the viewer bought a product.' })
export class LastPurchase {
  @Field(() => ID, { description: 'Id of the order.' })
  readonly orderId!: string;

  @Field(() => Int, { description: 'The number of units ordered.' })
  readonly quantity!: number;

  @Field(() => Date, { description: 'When the order was placed.' })
  readonly placedAt!: string;
}

@ObjectType({ description: 'One product.' })
export class ProductPage extends Product {}
