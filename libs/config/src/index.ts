// Apps load this lib first, so that this comes before anything that an old Node fails on.
import './refuse-old-node.js';

export {
  common,
  ConfigError,
  databaseUrl,
  flag,
  httpUrl,
  milliseconds,
  rejectInProduction,
  port,
  readConfig,
  wholeNumber,
} from './config.js';
export type { Environment } from './config.js';
export { runApp } from './run-app.js';
