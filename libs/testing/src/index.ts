export { createTestDatabase, testServerUrl } from './database.js';
export { freePort } from './postgres.js';
