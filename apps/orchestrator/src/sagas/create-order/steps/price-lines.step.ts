import type { CreateOrderRequest, OrderLine } from '@bff/contracts';
import type { Downstreams } from '@bff/downstreams';
import { lineTotal, Rejection, sum } from '@bff/kernel';
import type { Money } from '@bff/kernel';
import { check } from '@bff/saga';
import { PATIENCE } from '../order-draft.js';

/** What was ordered, with today's prices. */
export interface Priced {
  readonly lines: readonly OrderLine[];
  readonly total: Money;
}

/**
 * Every product is sold, and there is enough of it right now. Gives back the lines at today's prices, and their sum.
 * What is plainly impossible is said here, before anything is written; the reservation has the last word on stock.
 */
export const priceLines = check({
  name: 'price the lines',
  patience: PATIENCE,
  do: async ({ catalog }: Downstreams, request: CreateOrderRequest): Promise<Priced> => {
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
      const unitPrice = product.price;
      return { productId, quantity, unitPrice, discountPercent: 0, lineTotal: lineTotal(unitPrice, quantity) };
    });
    return { lines, total: sum(lines.map((line) => line.lineTotal)) };
  },
});
