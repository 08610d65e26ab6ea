import type { ServiceName } from '@bff/contracts';
import { HttpClient } from '@bff/resilience';
import type { DownstreamMeter, DownstreamPolicy } from '@bff/resilience';
import type { CatalogTexts } from './catalog/catalog-texts.js';
import { CatalogClient } from './catalog/catalog.client.js';
import { catalogLoaders } from './catalog/catalog.loaders.js';
import type { CatalogLoaders } from './catalog/catalog.loaders.js';
import { ContractClient } from './contract-client.js';
import type { CallOptions } from './contract-client.js';
import { CustomerClient } from './customer/customer.client.js';
import { customerLoaders } from './customer/customer.loaders.js';
import type { CustomerLoaders } from './customer/customer.loaders.js';
import { OrderClient } from './order/order.client.js';
import { orderLoaders } from './order/order.loaders.js';
import type { OrderLoaders } from './order/order.loaders.js';

/** The clients of all downstreams. */
export interface Downstreams {
  readonly catalog: CatalogClient;
  readonly customer: CustomerClient;
  readonly order: OrderClient;
}

/** Where the downstreams are. */
export interface DownstreamsConfig {
  readonly CATALOG_URL: string;
  readonly CUSTOMER_URL: string;
  readonly ORDER_URL: string;
}

/** How a downstream is called. */
export type PolicyFor = (downstream: ServiceName) => Omit<DownstreamPolicy, 'downstream' | 'url'>;

/** One client per downstream, each with connections, breaker and bulkhead of its own; made once per process. */
export function createDownstreams(
  config: DownstreamsConfig,
  policyFor: PolicyFor,
  meter?: DownstreamMeter,
): Downstreams {
  const http = (downstream: ServiceName, url: string) =>
    new HttpClient({ ...policyFor(downstream), downstream, url }, meter);
  return {
    catalog: new CatalogClient(new ContractClient('catalog', http('catalog', config.CATALOG_URL))),
    customer: new CustomerClient(new ContractClient('customer', http('customer', config.CUSTOMER_URL))),
    order: new OrderClient(new ContractClient('order', http('order', config.ORDER_URL))),
  };
}

/** The same clients with bounds or a key that go with every call. */
export function withOptions(downstreams: Downstreams, options: CallOptions): Downstreams {
  return {
    catalog: downstreams.catalog.with(options),
    customer: downstreams.customer.with(options),
    order: downstreams.order.with(options),
  };
}

/** Every loader, each over one batch endpoint. Made anew for each request, so that nobody sees another's data. */
export type Loaders = CatalogLoaders & CustomerLoaders & OrderLoaders;

export function createLoaders(downstreams: Downstreams, texts: CatalogTexts): Loaders {
  return {
    ...catalogLoaders(downstreams.catalog, texts),
    ...customerLoaders(downstreams.customer),
    ...orderLoaders(downstreams.order),
  };
}
