import type { ApiName } from '@bff/contracts';
import { HttpClient } from '@bff/resilience';
import type { DownstreamMeter, DownstreamPolicy } from '@bff/resilience';
import type { CatalogTexts } from './catalog/catalog-texts.js';
import { CatalogClient } from './catalog/catalog.client.js';
import { createCatalogLoaders } from './catalog/catalog.loaders.js';
import type { CatalogLoaders } from './catalog/catalog.loaders.js';
import { ContractClient } from './contract-client.js';
import type { CallOptions } from './contract-client.js';
import { CustomerClient } from './customer/customer.client.js';
import { createCustomerLoaders } from './customer/customer.loaders.js';
import type { CustomerLoaders } from './customer/customer.loaders.js';
import { OrchestratorClient } from './orchestrator/orchestrator.client.js';
import { createOrchestratorLoaders } from './orchestrator/orchestrator.loaders.js';
import type { OrchestratorLoaders } from './orchestrator/orchestrator.loaders.js';
import { OrderClient } from './order/order.client.js';
import { createOrderLoaders } from './order/order.loaders.js';
import type { OrderLoaders } from './order/order.loaders.js';

/** The clients of all downstreams. */
export interface Downstreams {
  readonly catalog: CatalogClient;
  readonly customer: CustomerClient;
  readonly order: OrderClient;
}

/** The clients of everything that pages are made of. */
export interface PageDownstreams extends Downstreams {
  readonly orchestrator: OrchestratorClient;
}

/** Where the downstreams are. */
export interface DownstreamsConfig {
  readonly CATALOG_URL: string;
  readonly CUSTOMER_URL: string;
  readonly ORDER_URL: string;
}

/** How a downstream is called. */
export type PolicyFor = (downstream: ApiName) => Omit<DownstreamPolicy, 'downstream' | 'url'>;

/** One client per downstream, each with connections, breaker and bulkhead of its own; made once per process. */
export function createDownstreams(
  config: DownstreamsConfig,
  policyFor: PolicyFor,
  meter?: DownstreamMeter,
): Downstreams {
  const http = (downstream: ApiName, url: string) =>
    new HttpClient({ ...policyFor(downstream), downstream, url }, meter);
  return {
    catalog: new CatalogClient(new ContractClient('catalog', http('catalog', config.CATALOG_URL))),
    customer: new CustomerClient(new ContractClient('customer', http('customer', config.CUSTOMER_URL))),
    order: new OrderClient(new ContractClient('order', http('order', config.ORDER_URL))),
  };
}

/** A subscription waits, so it holds a socket of its own; nothing else waits for it. */
const WAITING = {
  timeoutMs: 40_000,
  retries: 0,
  maxBytes: 4 * 1024 * 1024,
  maxConcurrent: 20_000,
  maxQueued: 0,
  coalesce: false,
} as const;

/** The same, and the orchestrator. */
export function createPageDownstreams(
  config: DownstreamsConfig & { readonly ORCHESTRATOR_API_URL: string },
  policyFor: PolicyFor,
  meter?: DownstreamMeter,
): PageDownstreams {
  const [downstream, url] = ['orchestrator', config.ORCHESTRATOR_API_URL] as const;
  const api = new ContractClient(downstream, new HttpClient({ ...policyFor(downstream), downstream, url }, meter));
  const waiting = new ContractClient(downstream, new HttpClient({ ...WAITING, downstream, url }));
  return { ...createDownstreams(config, policyFor, meter), orchestrator: new OrchestratorClient(api, waiting) };
}

/** The same clients with bounds or a key that go with every call. */
export function withOptions(downstreams: Downstreams, options: CallOptions): Downstreams {
  return {
    catalog: downstreams.catalog.with(options),
    customer: downstreams.customer.with(options),
    order: downstreams.order.with(options),
  };
}

/** Every loader, each over one batch endpoint. Created for each request, so that no viewer sees another's data. */
export type Loaders = CatalogLoaders & CustomerLoaders & OrderLoaders & OrchestratorLoaders;

export function createLoaders(downstreams: PageDownstreams, texts: CatalogTexts): Loaders {
  return {
    ...createCatalogLoaders(downstreams.catalog, texts),
    ...createCustomerLoaders(downstreams.customer),
    ...createOrderLoaders(downstreams.order),
    ...createOrchestratorLoaders(downstreams.orchestrator),
  };
}
