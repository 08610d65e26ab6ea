export { boundServer } from './bound-server.js';
export { clientErrorHandler, DEFAULT_BOUNDS, fastifyOptions, problemOf, serverOptions } from './server-options.js';
export type { FormOf, Refusal, ServerBounds } from './server-options.js';
