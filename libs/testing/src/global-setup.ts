import { TEST_POSTGRES_URL } from './database.js';
import { startTestServer } from './postgres.js';

/** Starts one PostgreSQL server for the whole run; jest's global tear-down is the function left on globalThis. */
export default async function setUpTests(): Promise<void> {
  const server = await startTestServer();
  process.env[TEST_POSTGRES_URL] = server.url;
  Object.assign(globalThis, { stopTestServer: () => server.stop() });
}
