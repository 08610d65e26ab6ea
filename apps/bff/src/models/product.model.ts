import { Field, ID, Int, ObjectType } from '@nestjs/graphql';
import { Money } from './money.model.js';

@ObjectType({ description: 'Something that can be bought.' })
export class Product {
  @Field(() => ID)
  readonly id!: string;

  @Field(() => ID)
  readonly categoryId!: string;

  @Field()
  readonly name!: string;

  @Field({ description: 'How it is packed, for example "10 boxes x 20 bags".' })
  readonly packaging!: string;

  @Field()
  readonly supplier!: string;

  @Field(() => Money)
  readonly price!: Money;

  @Field(() => Int, { description: 'Units that can be sold right now.' })
  readonly onHand!: number;

  @Field({ description: 'True when it is not sold any more.' })
  readonly discontinued!: boolean;
}

@ObjectType({ description: 'A group of products.' })
export class Category {
  @Field(() => ID)
  readonly id!: string;

  @Field()
  readonly name!: string;

  @Field()
  readonly description!: string;
}
