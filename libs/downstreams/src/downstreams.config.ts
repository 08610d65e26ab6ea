import { flag, httpUrl } from '@bff/config';

/** The variables that name the downstreams, for every app that calls them. */
export const downstreamsVariables = {
  CATALOG_URL: httpUrl('http://127.0.0.1:4003').describe('Base URL of the catalog service.'),
  CUSTOMER_URL: httpUrl('http://127.0.0.1:4002').describe('Base URL of the customer service.'),
  ORDER_URL: httpUrl('http://127.0.0.1:4001').describe('Base URL of the order service.'),
  FORWARD_BAGGAGE: flag(false).describe(
    'For tests: forwards the `baggage` header of a request with every downstream call. Must be false in production.',
  ),
};
