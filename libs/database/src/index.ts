export { isDatabaseFailure, isLockTimeout, migrate, openDatabase, openForWrites, prepared } from './database.js';
export type { Migrations } from './database.js';
export { whenDatabaseAnswers } from './when-database-answers.js';
export type { StartLog } from './when-database-answers.js';
export { Listener } from './listener.js';
export type { ListenerEvents } from './listener.js';
