export { isDatabaseFailure, isLockTimeout, migrate, openDatabase, openForWrites, markPrepared } from './database.js';
export type { Migrations } from './database.js';
export { retryUntilDatabaseAnswers } from './retry-until-database-answers.js';
export type { StartLog } from './retry-until-database-answers.js';
export { Lease } from './lease.js';
export type { LeaseHolder } from './lease.js';
export { Listener } from './listener.js';
export type { ListenerEvents } from './listener.js';
