import { Args, Context, Int, Query } from '@nestjs/graphql';
import type { Customer } from '@bff/contracts';
import { isSelected, createBadUserInputError, ListSize, Page, Section, requireViewer } from '@bff/page';
import type { PageContext } from '@bff/page';
import type { GraphQLResolveInfo } from 'graphql';
import { Address } from '../../models/address.model.js';
import { CustomerCard, PaymentMethod } from '../../models/customer.model.js';
import { AccountOrder, AccountPage } from './account-page.model.js';

const MAX_ORDERS = 100;

/** The page, with the number of orders that it shows, for the resolvers of its sections. */
type Account = AccountPage & { readonly orderCount: number };

/** The spine is the viewer: it comes with the token, so that every part below may be missing on its own. */
@Page(() => AccountPage)
export class AccountPageResolver {
  @ListSize({ slicingArgument: 'orders', sizedField: 'orders', maxSize: MAX_ORDERS })
  @Query(() => AccountPage, {
    description: "The viewer's own account: profile, addresses, payment methods and recent orders. Needs a token.",
  })
  accountPage(
    @Args('orders', {
      type: () => Int,
      nullable: true,
      defaultValue: 10,
      description: `The number of recent orders, 1 to ${MAX_ORDERS}. null means 10.`,
    })
    orders: number | null,
    @Context() context: PageContext,
  ): Account {
    const { customerId } = requireViewer(context);
    const orderCount = orders ?? 10;
    if (orderCount < 1 || orderCount > MAX_ORDERS)
      throw createBadUserInputError('orders', `1 to ${MAX_ORDERS} is expected`);
    return { id: customerId, orderCount };
  }

  @Section(() => CustomerCard, "The viewer's name and contact details.")
  profile(account: Account, _args: unknown, { load }: PageContext): Promise<CustomerCard | null> {
    return load.customerById.load(account.id);
  }

  @Section(() => [Address], "The viewer's addresses.")
  async addresses(account: Account, _args: unknown, { load }: PageContext): Promise<Customer['addresses'] | null> {
    return (await load.customerById.load(account.id))?.addresses ?? null;
  }

  @Section(() => [PaymentMethod], "The viewer's payment methods.")
  async paymentMethods(
    account: Account,
    _args: unknown,
    { load }: PageContext,
  ): Promise<Customer['paymentMethods'] | null> {
    return (await load.customerById.load(account.id))?.paymentMethods ?? null;
  }

  @Section(() => [AccountOrder], "The viewer's most recent orders, newest first.")
  async orders(
    account: Account,
    _args: unknown,
    { downstreams, load }: PageContext,
    info: GraphQLResolveInfo,
  ): Promise<readonly AccountOrder[]> {
    const { items } = await downstreams.order.listOrdersOfCustomer(account.id, account.orderCount);
    if (isSelected(info, 'lines', 'product')) await load.productById.prefetch(listProductIds(items));
    return items;
  }
}

function listProductIds(orders: readonly AccountOrder[]): string[] {
  return orders.flatMap(({ lines }) => lines.map(({ productId }) => productId));
}
