import { Args, Context, Query, Resolver } from '@nestjs/graphql';
import type { Customer, Product } from '@bff/contracts';
import { lineTotal, sum } from '@bff/kernel';
import { Section, viewerOf } from '@bff/page';
import type { PageContext } from '@bff/page';
import { Address } from '../../models/address.model.js';
import { PaymentMethod } from '../../models/customer.model.js';
import { Money } from '../../models/money.model.js';
import { OrderLineInput, readLines } from '../../models/order-lines.input.js';
import { CheckoutLine, CheckoutPage } from './checkout-page.model.js';

/** What was asked for, handed on to the sections. */
type Checkout = CheckoutPage & { readonly wanted: readonly OrderLineInput[] };

/** The spine is the viewer and what they want to buy: both come with the request, so every part below may be missing. */
@Resolver(() => CheckoutPage)
export class CheckoutPageResolver {
  @Query(() => CheckoutPage, {
    description:
      'What the viewer is about to buy: lines priced and checked against stock, addresses, payment methods, total.',
  })
  checkoutPage(
    @Args('lines', { type: () => [OrderLineInput] }) lines: OrderLineInput[],
    @Context() context: PageContext,
  ): Checkout {
    const { customerId } = viewerOf(context);
    return { customerId, wanted: readLines('lines', lines) };
  }

  @Section(() => [CheckoutLine], 'One line a product.')
  lines({ wanted }: Checkout, _args: unknown, context: PageContext): Promise<readonly CheckoutLine[]> {
    return priceLines(wanted, context);
  }

  @Section(() => Money, 'The sum of the lines that are not UNAVAILABLE.')
  async total({ wanted }: Checkout, _args: unknown, context: PageContext): Promise<Money> {
    const lines = await priceLines(wanted, context);
    return sum(lines.flatMap((line) => line.lineTotal ?? []));
  }

  @Section(() => [Address])
  async addresses(page: Checkout, _args: unknown, { load }: PageContext): Promise<Customer['addresses'] | null> {
    return (await load.customerById.load(page.customerId))?.addresses ?? null;
  }

  @Section(() => [PaymentMethod])
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

function priceLine({ productId, quantity }: OrderLineInput, product: Product | null): CheckoutLine {
  if (!product || product.discontinued)
    return { productId, quantity, availability: 'UNAVAILABLE', product, lineTotal: null };
  return {
    productId,
    quantity,
    availability: product.onHand < quantity ? 'OUT_OF_STOCK' : 'AVAILABLE',
    product,
    lineTotal: lineTotal(product.price, quantity),
  };
}
