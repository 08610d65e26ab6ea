export { DownstreamError } from './downstream-error.js';
export type { DownstreamErrorCode } from './downstream-error.js';
export type {
  AttemptTrace,
  BreakerPolicy,
  BreakerState,
  CallBounds,
  DownstreamHealth,
  DownstreamMeter,
  DownstreamPolicy,
} from './downstream-policy.js';
export type { HttpAnswer, HttpRequest } from './exchange.js';
export { HttpClient } from './http-client.js';
export { poolFetch } from './pool-fetch.js';
