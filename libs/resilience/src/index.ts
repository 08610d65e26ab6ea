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
export type { HttpResponse, HttpRequest } from './transport/http-message.js';
export { HttpClient } from './http-client.js';
export { createPoolFetch } from './transport/pool-fetch.js';
