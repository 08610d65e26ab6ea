import { check } from '@bff/saga';
import { PATIENCE } from '../order-draft.js';
import { addressOf } from '../request-checks.js';

/** The customer may order, and both the address and the payment method are theirs. Gives back where the order goes. */
export const verifyCustomer = check({
  name: 'verify the customer',
  patience: PATIENCE,
  do: addressOf,
});
