import { check } from '@bff/saga';
import { RETRY_FOR } from '../order-draft.js';
import { findShippingAddress } from '../request-checks.js';

/** Checks that the customer may order, and owns the address and the payment method. Returns the shipping address. */
export const verifyCustomer = check({
  name: 'verify the customer',
  retryFor: RETRY_FOR,
  do: findShippingAddress,
});
