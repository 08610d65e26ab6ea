import { check } from '@bff/saga';
import { RETRY_FOR } from '../order-draft.js';
import { findShippingAddress } from '../request-checks.js';

/** The customer may order, and both the address and the payment method are theirs. Gives back where the order goes. */
export const verifyCustomer = check({
  name: 'verify the customer',
  retryFor: RETRY_FOR,
  do: findShippingAddress,
});
