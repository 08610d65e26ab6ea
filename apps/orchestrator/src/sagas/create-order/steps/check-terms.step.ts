import type { Reservation } from '@bff/contracts';
import type { Downstreams } from '@bff/downstreams';
import { Rejection, isSameMoney } from '@bff/kernel';
import { check } from '@bff/saga';
import { RETRY_FOR } from '../order-draft.js';
import type { OrderDraft } from '../order-draft.js';

/** A reservation that lapses sooner than this may lapse before the order is confirmed. */
const MARGIN_MS = 10_000;

/** Checks that prices and reservation still hold: a changed price rejects the order and is not charged. */
export const checkTerms = check({
  name: 'check the terms again',
  retryFor: RETRY_FOR,
  do: async (
    { catalog }: Downstreams,
    { lines, reservation }: OrderDraft & { readonly reservation: Reservation },
  ): Promise<null> => {
    if (Date.parse(reservation.expiresAt) - MARGIN_MS < Date.now())
      throw new Rejection('RESERVATION_EXPIRED', 'The order took longer than stock is held.');
    const products = await catalog.getProducts(lines.map(({ productId }) => productId));
    for (const { productId, unitPrice } of lines) {
      const product = products.find(({ id }) => id === productId);
      if (!product)
        throw new Rejection('PRODUCT_UNAVAILABLE', `Product ${productId} is not sold any more.`, { productId });
      if (!isSameMoney(product.price, unitPrice))
        throw new Rejection('PRICE_CHANGED', `Product ${productId} now costs ${product.price.amount}.`, {
          productId,
          oldPrice: unitPrice.amount,
          newPrice: product.price.amount,
          oldCurrency: unitPrice.currency,
          newCurrency: product.price.currency,
        });
    }
    return null;
  },
});
