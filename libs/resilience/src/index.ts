export { DownstreamError } from './downstream-error.js';
export type { DownstreamErrorCode } from './downstream-error.js';
export { HttpClient } from './http-client.js';
export type { CallBounds, DownstreamPolicy, HttpAnswer, HttpRequest } from './http-client.js';
