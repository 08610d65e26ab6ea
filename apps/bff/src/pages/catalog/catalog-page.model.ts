import { Field, ID, Int, ObjectType } from '@nestjs/graphql';
import { Product } from '../../models/product.model.js';

@ObjectType({ description: 'Where a page of a list ends.' })
export class PageInfo {
  @Field()
  readonly hasNextPage!: boolean;

  @Field(() => String, { nullable: true, description: 'Give it as `after` to get the next page.' })
  readonly endCursor!: string | null;
}

@ObjectType({ description: 'A page of a list of products.' })
export class ProductList {
  @Field(() => [Product])
  readonly nodes!: readonly Product[];

  @Field(() => Int, { description: 'How many products match in all.' })
  readonly totalCount!: number;

  @Field(() => PageInfo)
  readonly pageInfo!: PageInfo;
}

@ObjectType({ description: 'The shop window.' })
export class CatalogPage {
  @Field(() => ID, { nullable: true, description: 'The category that was asked for.' })
  readonly categoryId!: string | null;
}
