import type { CreateOrderRequest, PostalAddress } from '@bff/contracts';
import type { Downstreams } from '@bff/downstreams';
import { check } from '@bff/saga';
import { RETRY_FOR } from '../order-draft.js';
import { findShippingAddress, priceRequestedLines } from '../request-checks.js';
import type { PricedLines } from '../request-checks.js';

/**
 * Checks a request before anything is written. The customer service and the catalog are asked at the same time; when both reject
 * it, the rejection of the customer service counts.
 */
export const verifyRequest = check({
  name: 'verify the customer and the lines',
  retryFor: RETRY_FOR,
  do: async (
    participants: Downstreams,
    request: CreateOrderRequest,
  ): Promise<PricedLines & { readonly shippingAddress: PostalAddress }> => {
    const [address, priced] = await Promise.allSettled([
      findShippingAddress(participants, request),
      priceRequestedLines(participants, request),
    ]);
    if (address.status === 'rejected') throw address.reason;
    if (priced.status === 'rejected') throw priced.reason;
    return { ...priced.value, shippingAddress: address.value };
  },
});
