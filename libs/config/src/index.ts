// Apps load this lib first, so that the version is checked before anything else is loaded.
import './refuse-old-node.js';

export {
  common,
  ConfigError,
  databaseUrl,
  eventsDatabaseUrl,
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
