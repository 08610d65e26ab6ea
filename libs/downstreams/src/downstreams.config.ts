import { flag, httpUrl } from '@bff/config';

/** The variables that name the downstreams, for every app that calls them. */
export const downstreamsVariables = {
  CATALOG_URL: httpUrl('http://127.0.0.1:4003').describe('Where the catalog service answers.'),
  CUSTOMER_URL: httpUrl('http://127.0.0.1:4002').describe('Where the customer service answers.'),
  ORDER_URL: httpUrl('http://127.0.0.1:4001').describe('Where the order service answers.'),
  FORWARD_BAGGAGE: flag(false).describe(
    'For tests: the `baggage` header of a request goes with every call that it leads to. Production refuses to start with it.',
  ),
};
