import { SERVICES } from '@bff/contracts';
import type { ApiName, ServiceName } from '@bff/contracts';
import { HttpClient } from '@bff/resilience';
import type { DownstreamMeter, DownstreamPolicy } from '@bff/resilience';
import type { StaleCatalogCache } from './catalog/stale-catalog-cache.js';
import { CatalogClient } from './catalog/catalog.client.js';
import { createCatalogLoaders } from './catalog/catalog.loaders.js';
import type { CatalogLoaders } from './catalog/catalog.loaders.js';
import { ContractClient } from './contract-client.js';
import { toUrlVariable } from './downstreams.config.js';
import type { UrlVariable } from './downstreams.config.js';
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

/** The registry of downstreams: the compiler asks for an entry for each of SERVICES. */
const CREATE_CLIENT = {
  order: (http: HttpClient) => new OrderClient(new ContractClient('order', http)),
  customer: (http: HttpClient) => new CustomerClient(new ContractClient('customer', http)),
  catalog: (http: HttpClient) => new CatalogClient(new ContractClient('catalog', http)),
} as const satisfies Readonly<Record<ServiceName, (http: HttpClient) => object>>;

/** The clients of the lower-level services. */
export type Downstreams = { readonly [S in ServiceName]: ReturnType<(typeof CREATE_CLIENT)[S]> };

/** The clients that pages need. */
export interface PageDownstreams extends Downstreams {
  readonly orchestrator: OrchestratorClient;
}

/** The base URL of each downstream, by the name of its variable. */
export type DownstreamsConfig = { readonly [S in ServiceName as UrlVariable<S>]: string };

/** How a downstream is called. */
export type PolicyFor = (downstream: ApiName) => Omit<DownstreamPolicy, 'downstream' | 'url'>;

/** Creates the clients, once per process: each has its own connections, circuit breaker and bulkhead. */
export function createDownstreams(
  config: DownstreamsConfig,
  policyFor: PolicyFor,
  meter?: DownstreamMeter,
): Downstreams {
  const clients = SERVICES.map((downstream) => {
    const url = config[toUrlVariable(downstream)];
    return [
      downstream,
      CREATE_CLIENT[downstream](new HttpClient({ ...policyFor(downstream), downstream, url }, meter)),
    ];
  });
  // Each service has the client of its entry, which Object.fromEntries cannot express.
  return Object.fromEntries(clients) as Downstreams;
}

/** Long polls of subscriptions: each holds a socket while it waits, and nothing else waits for that socket. */
const LONG_POLL_POLICY = {
  timeoutMs: 40_000,
  retries: 0,
  maxBytes: 4 * 1024 * 1024,
  maxConcurrent: 20_000,
  maxQueued: 0,
  coalesce: false,
} as const;

/** Creates the same clients, and that of the orchestrator. */
export function createPageDownstreams(
  config: DownstreamsConfig & { readonly ORCHESTRATOR_API_URL: string },
  policyFor: PolicyFor,
  meter?: DownstreamMeter,
): PageDownstreams {
  const [downstream, url] = ['orchestrator', config.ORCHESTRATOR_API_URL] as const;
  const api = new ContractClient(downstream, new HttpClient({ ...policyFor(downstream), downstream, url }, meter));
  const waiting = new ContractClient(downstream, new HttpClient({ ...LONG_POLL_POLICY, downstream, url }));
  return { ...createDownstreams(config, policyFor, meter), orchestrator: new OrchestratorClient(api, waiting) };
}

/** The same clients with options for every call. A literal, because every request needs it. */
export function withOptions(downstreams: Downstreams, options: CallOptions): Downstreams {
  return {
    catalog: downstreams.catalog.with(options),
    customer: downstreams.customer.with(options),
    order: downstreams.order.with(options),
  };
}

/** All loaders, each over one batch endpoint. Created for each request, so that no viewer sees the data of another. */
export type Loaders = CatalogLoaders & CustomerLoaders & OrderLoaders & OrchestratorLoaders;

export function createLoaders(downstreams: PageDownstreams, staleCatalog: StaleCatalogCache): Loaders {
  return {
    ...createCatalogLoaders(downstreams.catalog, staleCatalog),
    ...createCustomerLoaders(downstreams.customer),
    ...createOrderLoaders(downstreams.order),
    ...createOrchestratorLoaders(downstreams.orchestrator),
  };
}
