export { Metrics } from './metrics.js';
export { serveMetrics } from './serve-metrics.js';
export type { MetricsAccess } from './serve-metrics.js';
