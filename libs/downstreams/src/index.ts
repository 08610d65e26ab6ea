export type { CatalogClient } from './catalog/catalog.client.js';
export type { CallOptions, ExplainedCall } from './contract-client.js';
export type { CustomerClient } from './customer/customer.client.js';
export { createDownstreams, createLoaders, withOptions } from './downstreams.js';
export type { Downstreams, DownstreamsConfig, Loaders, PolicyFor } from './downstreams.js';
export { downstreamsVariables } from './downstreams.config.js';
export { pagePolicies, pagePolicyVariables, stepPolicies } from './page-policies.js';
export type { OrderClient } from './order/order.client.js';
