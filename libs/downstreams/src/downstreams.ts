import { HttpClient } from '@bff/resilience';
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

/** Where the downstreams are, and how long a call may take. */
export interface DownstreamsConfig {
  readonly CATALOG_URL: string;
  readonly CUSTOMER_URL: string;
  readonly ORDER_URL: string;
  /** Milliseconds for one call. */
  readonly DOWNSTREAM_TIMEOUT_MS: number;
}

const MAX_BYTES = 4 * 1024 * 1024;

/** One client per downstream, each with connections of its own; made once per process. */
export function createDownstreams(config: DownstreamsConfig): Downstreams {
  const http = (downstream: string, url: string) =>
    new HttpClient({ downstream, url, timeoutMs: config.DOWNSTREAM_TIMEOUT_MS, maxBytes: MAX_BYTES });
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

export function createLoaders(downstreams: Downstreams): Loaders {
  return {
    ...catalogLoaders(downstreams.catalog),
    ...customerLoaders(downstreams.customer),
    ...orderLoaders(downstreams.order),
  };
}
