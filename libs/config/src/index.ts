export {
  common,
  ConfigError,
  databaseUrl,
  flag,
  httpUrl,
  milliseconds,
  offInProduction,
  port,
  readConfig,
  wholeNumber,
} from './config.js';
export type { Environment } from './config.js';
export { runApp } from './run-app.js';
