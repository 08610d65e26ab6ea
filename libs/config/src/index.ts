export { common, ConfigError, databaseUrl, httpUrl, milliseconds, port, readConfig } from './config.js';
export type { Environment } from './config.js';
export { runApp } from './run-app.js';
