import type { CreateOrderRequest, CustomerIneligibility, OrderLine, PostalAddress } from '@bff/contracts';
import type { Downstreams } from '@bff/downstreams';
import { computeLineTotal, Rejection, sum, UncountableMoney } from '@bff/kernel';
import type { Money } from '@bff/kernel';

/** The ordered lines at today's prices, and their sum. */
export interface PricedLines {
  readonly lines: readonly OrderLine[];
  readonly total: Money;
}

/** The shipping address, when the customer may order, and owns both the address and the payment method. Throws Rejection. */
export async function findShippingAddress(
  { customer }: Downstreams,
  request: CreateOrderRequest,
): Promise<PostalAddress> {
  const [found] = await customer.getCustomers([request.customerId]);
  if (!found) throw createIneligibility('UNKNOWN_CUSTOMER', 'There is no such customer.');
  if (found.status === 'BLOCKED') throw createIneligibility('BLOCKED', 'This customer may not order at the moment.');
  const address = found.addresses.find(({ id }) => id === request.shippingAddressId);
  if (!address) throw createIneligibility('UNKNOWN_ADDRESS', 'The customer has no such address.');
  if (!found.paymentMethods.some(({ id }) => id === request.paymentMethodId))
    throw createIneligibility('UNKNOWN_PAYMENT_METHOD', 'The customer has no such payment method.');
  const { recipient, street, city, region, postalCode, country } = address;
  return { recipient, street, city, region, postalCode, country };
}

function createIneligibility(reason: CustomerIneligibility, message: string): Rejection {
  return new Rejection('CUSTOMER_NOT_ELIGIBLE', message, { reason });
}

/**
 * The lines at today's prices, and their sum, when every product is sold and in stock. What is impossible is rejected here, before
 * anything is written; the reservation decides about stock in the end. Throws Rejection.
 */
export async function priceRequestedLines({ catalog }: Downstreams, request: CreateOrderRequest): Promise<PricedLines> {
  const products = await catalog.getProducts(request.lines.map(({ productId }) => productId));
  const lines = request.lines.map(({ productId, quantity }) => {
    const product = products.find(({ id }) => id === productId);
    if (!product || product.discontinued)
      throw new Rejection('PRODUCT_UNAVAILABLE', `Product ${productId} is not sold.`, { productId }, 422);
    if (product.onHand < quantity)
      throw new Rejection('OUT_OF_STOCK', `Of product ${productId}, ${product.onHand} are left, not ${quantity}.`, {
        productId,
        requested: quantity,
        available: product.onHand,
      });
    return { productId, quantity, unitPrice: product.price, discountPercent: 0 };
  });
  return sumLines(lines);
}

/** Sums the lines. Lines without a sum are rejected immediately: a retry would change nothing. Throws Rejection. */
function sumLines(lines: readonly Omit<OrderLine, 'lineTotal'>[]): PricedLines {
  try {
    const priced = lines.map((line) => ({ ...line, lineTotal: computeLineTotal(line.unitPrice, line.quantity) }));
    return { lines: priced, total: sum(priced.map((line) => line.lineTotal)) };
  } catch (error) {
    if (!(error instanceof UncountableMoney)) throw error;
    throw new Rejection('NO_TOTAL', `The lines have no total: ${error.message}.`, { reason: error.reason }, 422);
  }
}
