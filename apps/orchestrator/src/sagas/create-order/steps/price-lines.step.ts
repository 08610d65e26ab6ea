import { check } from '@bff/saga';
import { RETRY_FOR } from '../order-draft.js';
import { priceRequestedLines } from '../request-checks.js';

/** Every product is sold, and there is enough of it right now. Gives back the lines at today's prices, and their sum. */
export const priceLines = check({
  name: 'price the lines',
  retryFor: RETRY_FOR,
  do: priceRequestedLines,
});
