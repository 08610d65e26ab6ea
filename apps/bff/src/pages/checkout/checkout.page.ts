import { Args, Context, Query } from '@nestjs/graphql';
import type { Customer, Product } from '@bff/contracts';
import { computeLineTotal, sum, UncountableMoney } from '@bff/kernel';
import { createBadUserInputError, ListSize, Page, Section, requireViewer } from '@bff/page';
import type { PageContext } from '@bff/page';
import { Address } from '../../models/address.model.js';
import { PaymentMethod } from '../../models/customer.model.js';
import { Money } from '../../models/money.model.js';
import { OrderLineInput, readLines } from '../../models/order-lines.input.js';
import { CheckoutLine, CheckoutPage } from './checkout-page.model.js';

/** The page with its arguments, for the resolvers of its sections. */
type Checkout = CheckoutPage & { readonly wanted: readonly OrderLineInput[] };

/** The spine is the viewer and what they want to buy: both come with the request, so every part below may be missing. */
@Page(() => CheckoutPage)
export class CheckoutPageResolver {
  @ListSize({ slicingArgument: 'lines', sizedField: 'lines' })
  @Query(() => CheckoutPage, {
    description:
      "Summary of an order before it is placed: prices, availability and total, and the viewer's addresses and payment methods. Places no order and reserves nothing. Needs a token.",
  })
  checkoutPage(
    @Args('lines', { type: () => [OrderLineInput], description: 'What the viewer wants to order, 1 to 100 lines.' })
    lines: OrderLineInput[],
    @Context() context: PageContext,
  ): Checkout {
    const { customerId } = requireViewer(context);
    return { customerId, wanted: readLines('lines', lines) };
  }

  @Section(() => [CheckoutLine], 'One line for each product, sorted by product id.')
  lines({ wanted }: Checkout, _args: unknown, context: PageContext): Promise<readonly CheckoutLine[]> {
    return priceLines(wanted, context);
  }

  @Section(
    () => Money,
    'The sum of all lines that are not UNAVAILABLE. null, with the error BAD_USER_INPUT, when the prices cannot be added up: they are in different currencies, or the sum is larger than the largest amount that can be represented.',
  )
  async total({ wanted }: Checkout, _args: unknown, { load }: PageContext): Promise<Money> {
    const products = await Promise.all(wanted.map(({ productId }) => load.productById.load(productId)));
    try {
      return sum(wanted.flatMap(({ quantity }, nth) => computePrice(quantity, products[nth]) ?? []));
    } catch (error) {
      if (error instanceof UncountableMoney)
        throw createBadUserInputError('lines', `their prices cannot be added up: ${error.message}`);
      throw error;
    }
  }

  @Section(() => [Address], "The viewer's addresses, one of which is needed to place the order.")
  async addresses(page: Checkout, _args: unknown, { load }: PageContext): Promise<Customer['addresses'] | null> {
    return (await load.customerById.load(page.customerId))?.addresses ?? null;
  }

  @Section(() => [PaymentMethod], "The viewer's payment methods, one of which is needed to place the order.")
  async paymentMethods(
    page: Checkout,
    _args: unknown,
    { load }: PageContext,
  ): Promise<Customer['paymentMethods'] | null> {
    return (await load.customerById.load(page.customerId))?.paymentMethods ?? null;
  }
}

function priceLines(wanted: readonly OrderLineInput[], { load }: PageContext): Promise<readonly CheckoutLine[]> {
  return Promise.all(wanted.map(async (line) => priceLine(line, await load.productById.load(line.productId))));
}

function isSold(product: Product | null | undefined): product is Product {
  return product !== null && product !== undefined && !product.discontinued;
}

/** null for a product that is not sold. Throws UncountableMoney. */
function computePrice(quantity: number, product: Product | null | undefined): Money | null {
  return isSold(product) ? computeLineTotal(product.price, quantity) : null;
}

function computePriceOrNull(quantity: number, product: Product): Money | null {
  try {
    return computePrice(quantity, product);
  } catch (error) {
    if (error instanceof UncountableMoney) return null;
    throw error;
  }
}

function priceLine({ productId, quantity }: OrderLineInput, product: Product | null): CheckoutLine {
  if (!isSold(product)) return { productId, quantity, availability: 'UNAVAILABLE', product, lineTotal: null };
  return {
    productId,
    quantity,
    availability: product.onHand < quantity ? 'OUT_OF_STOCK' : 'AVAILABLE',
    product,
    lineTotal: computePriceOrNull(quantity, product),
  };
}
