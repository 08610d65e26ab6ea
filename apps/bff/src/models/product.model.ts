import { Field, ID, Int, ObjectType } from '@nestjs/graphql';
import { Money } from './money.model.js';

/** What changes is not shown as it was: when the catalog cannot be asked, it is null, and the errors say why. */
const NEVER_STALE = 'null, with an error, while the catalog is in trouble.';

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

  @Field(() => Money, { nullable: true, description: `As it is now. ${NEVER_STALE}` })
  readonly price!: Money | null;

  @Field(() => Int, { nullable: true, description: `Units that can be sold right now. ${NEVER_STALE}` })
  readonly onHand!: number | null;

  @Field(() => Boolean, { nullable: true, description: `True when it is not sold any more. ${NEVER_STALE}` })
  readonly discontinued!: boolean | null;
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
