export { isDatabaseTrouble, migrate, openDatabase } from './database.js';
export type { Migrations } from './database.js';
export { Listener } from './listener.js';
export type { Hearing } from './listener.js';
