import { Field, ID, Int, ObjectType } from '@nestjs/graphql';
import { Money } from './money.model.js';

/** Prices and stock change: an old value is never served, so these fields are null while the catalog is unavailable. */
const NEVER_STALE =
  'null, with an error at this field, while the catalog service is unavailable and the rest of the product comes from an older copy.';

@ObjectType({ description: 'A product of the catalog.' })
export class Product {
  @Field(() => ID, { description: 'Id of the product.' })
  readonly id!: string;

  @Field(() => ID, { description: 'Id of the category to which the product belongs.' })
  readonly categoryId!: string;

  @Field({ description: 'Name of the product.' })
  readonly name!: string;

  @Field({ description: 'How the product is packed, for example "10 boxes x 20 bags".' })
  readonly packaging!: string;

  @Field({ description: 'Name of the company that supplies the product.' })
  readonly supplier!: string;

  @Field(() => Money, { nullable: true, description: `Current price of one unit. ${NEVER_STALE}` })
  readonly price!: Money | null;

  @Field(() => Int, { nullable: true, description: `The number of units that can be sold now. ${NEVER_STALE}` })
  readonly onHand!: number | null;

  @Field(() => Boolean, { nullable: true, description: `True when the product is no longer sold. ${NEVER_STALE}` })
  readonly discontinued!: boolean | null;
}

@ObjectType({ description: 'A group of products.' })
export class Category {
  @Field(() => ID, { description: 'Id of the category: pass it as `categoryId` to `catalogPage`.' })
  readonly id!: string;

  @Field({ description: 'Name of the category.' })
  readonly name!: string;

  @Field({ description: 'What kind of products the category holds, in a few words.' })
  readonly description!: string;
}
