export { limitConnections } from './limit-connections.js';
export {
  createClientErrorHandler,
  DEFAULT_BOUNDS,
  createFastifyOptions,
  toProblem,
  createServerOptions,
} from './server-options.js';
export type { FormatRefusal, Refusal, ServerBounds } from './server-options.js';
