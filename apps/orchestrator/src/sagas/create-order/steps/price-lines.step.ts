import { check } from '@bff/saga';
import { RETRY_FOR } from '../order-draft.js';
import { priceRequestedLines } from '../request-checks.js';

/** Checks that every product is sold and in stock. Returns the lines at today's prices, and their sum. */
export const priceLines = check({
  name: 'price the lines',
  retryFor: RETRY_FOR,
  do: priceRequestedLines,
});
