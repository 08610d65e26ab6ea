import { Field, ID, Int, ObjectType } from '@nestjs/graphql';
import { Product } from '../../models/product.model.js';

@ObjectType({ description: 'Whether a list has more pages, and how to get the next one.' })
export class PageInfo {
  @Field({ description: 'True when there is another page after this one.' })
  readonly hasNextPage!: boolean;

  @Field(() => String, {
    nullable: true,
    description: 'Cursor of the next page: pass it as `after`. null on the last page.',
  })
  readonly endCursor!: string | null;
}

@ObjectType({ description: 'One page of a list of products.' })
export class ProductList {
  @Field(() => [Product], { description: 'The products of this page, sorted by name.' })
  readonly nodes!: readonly Product[];

  @Field(() => Int, { description: 'The number of products on all pages together.' })
  readonly totalCount!: number;

  @Field(() => PageInfo, { description: 'Whether there are more pages.' })
  readonly pageInfo!: PageInfo;
}

@ObjectType({ description: 'Product listing with categories. Needs no token.' })
export class CatalogPage {
  @Field(() => ID, { nullable: true, description: 'The `categoryId` that was passed; null for none.' })
  readonly categoryId!: string | null;
}
