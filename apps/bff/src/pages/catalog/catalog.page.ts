import { Args, ArgsType, Field, ID, Int, Query } from '@nestjs/graphql';
import { isId, countCodePoints } from '@bff/kernel';
import { createBadUserInputError, ListSize, Page, Section } from '@bff/page';
import type { PageContext } from '@bff/page';
import { DownstreamError } from '@bff/resilience';
import { Category } from '../../models/product.model.js';
import { CatalogPage, ProductList } from './catalog-page.model.js';

const MAX_PRODUCTS = 100;
const MAX_SEARCH = 100;

@ArgsType()
export class CatalogPageArgs {
  @Field(() => ID, { nullable: true, description: 'Only products of this category. null means all.' })
  readonly categoryId?: string | null;

  @Field(() => String, {
    nullable: true,
    description: `Only products whose name contains each of these words, whatever their case. At most ${MAX_SEARCH} characters.`,
  })
  readonly search?: string | null;

  @Field(() => Int, {
    nullable: true,
    defaultValue: 20,
    description: `The number of products to return, 1 to ${MAX_PRODUCTS}. null means 20.`,
  })
  readonly first?: number | null;

  @Field(() => String, {
    nullable: true,
    description: 'Returns the page after this cursor: the `endCursor` of the previous page. null for the first page.',
  })
  readonly after?: string | null;
}

/** The page with its arguments, for the resolvers of its sections. */
type Catalog = CatalogPage & { readonly args: CatalogPageArgs };

/** This page has no spine: the categories are shown without the products, and the products without the categories. */
@Page(() => CatalogPage)
export class CatalogPageResolver {
  @ListSize({ slicingArgument: 'first', sizedField: 'products.nodes', maxSize: MAX_PRODUCTS })
  @Query(() => CatalogPage, {
    description: 'Product listing with categories, by category and by words of the name. Needs no token.',
  })
  catalogPage(@Args() args: CatalogPageArgs): Catalog {
    const first = args.first ?? 20;
    if (first < 1 || first > MAX_PRODUCTS) throw createBadUserInputError('first', `1 to ${MAX_PRODUCTS} is expected`);
    if (countCodePoints(normalizeSearch(args.search)) > MAX_SEARCH)
      throw createBadUserInputError('search', `at most ${MAX_SEARCH} characters are expected`);
    for (const name of ['search', 'after'] as const)
      if (!isStorableText(args[name] ?? ''))
        throw createBadUserInputError(name, 'text without NUL and unpaired surrogates is expected');
    return { categoryId: args.categoryId ?? null, args };
  }

  @Section(() => [Category], 'All categories.')
  categories(_page: Catalog, _args: unknown, { load }: PageContext): Promise<readonly Category[]> {
    return load.categories();
  }

  @Section(() => ProductList, 'The products that match, sorted by name.')
  async products({ args }: Catalog, _args: unknown, { downstreams }: PageContext): Promise<ProductList> {
    const { categoryId, search, after } = args;
    if (categoryId && !isId(categoryId)) return NO_PRODUCTS;
    try {
      const { items, totalCount, nextCursor } = await downstreams.catalog.searchProducts({
        first: args.first ?? 20,
        ...(categoryId && { categoryId }),
        ...(normalizeSearch(search) && { search: normalizeSearch(search) }),
        ...(after && { after }),
      });
      return { nodes: items, totalCount, pageInfo: { hasNextPage: nextCursor !== null, endCursor: nextCursor } };
    } catch (error) {
      // Everything else was validated above. Whether a cursor is valid, only the catalog service knows.
      if (after && error instanceof DownstreamError && error.status === 400)
        throw createBadUserInputError('after', 'the endCursor of a page of this list is expected');
      throw error;
    }
  }
}

const NO_PRODUCTS: ProductList = { nodes: [], totalCount: 0, pageInfo: { hasNextPage: false, endCursor: null } };

/** Whether a service accepts the text at all. */
function isStorableText(text: string): boolean {
  return text.isWellFormed() && !text.includes('\0');
}

/** Without spaces around it, and in Unicode normal form C, so that it does not matter how it was typed. */
function normalizeSearch(search: string | null | undefined): string {
  return (search ?? '').trim().normalize('NFC');
}
