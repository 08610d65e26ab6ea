import { Field, ID, Int, ObjectType } from '@nestjs/graphql';
import { Product } from '../../models/product.model.js';

@ObjectType({ description: 'When the viewer bought a product.' })
export class LastPurchase {
  @Field(() => ID)
  readonly orderId!: string;

  @Field(() => Int)
  readonly quantity!: number;

  @Field(() => Date)
  readonly placedAt!: string;
}

@ObjectType({ description: 'One product.' })
export class ProductPage extends Product {}
