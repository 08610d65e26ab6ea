import { flag, httpUrl } from '@bff/config';
import type { ServiceName } from '@bff/contracts';

/** The variable with the base URL of a service. */
export type UrlVariable<S extends ServiceName> = `${Uppercase<S>}_URL`;

export function toUrlVariable<S extends ServiceName>(service: S): UrlVariable<S> {
  // toUpperCase is a plain string to the compiler.
  return `${service.toUpperCase() as Uppercase<S>}_URL`;
}

/** The variables of every app that calls downstreams. */
export const downstreamsVariables = {
  CATALOG_URL: httpUrl('http://127.0.0.1:4003').describe('Base URL of the catalog service.'),
  CUSTOMER_URL: httpUrl('http://127.0.0.1:4002').describe('Base URL of the customer service.'),
  ORDER_URL: httpUrl('http://127.0.0.1:4001').describe('Base URL of the order service.'),
  FORWARD_BAGGAGE: flag(false).describe(
    'For tests: forwards the `baggage` header of a request with every downstream call. Must be false in production.',
  ),
} satisfies Readonly<Record<UrlVariable<ServiceName> | 'FORWARD_BAGGAGE', unknown>>;
