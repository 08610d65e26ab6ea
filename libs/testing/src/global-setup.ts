import { chmodSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { TEST_POSTGRES_URL } from './database.js';
import { startTestServer } from './postgres.js';

/**
 * Gives the run a temporary directory, which jest's workers and the processes of the tests inherit as TMPDIR, and starts one
 * PostgreSQL server in it. The tear-down is left on globalThis for global-teardown.ts.
 */
export default async function setUpTests(): Promise<void> {
  const directory = mkdtempSync(join(tmpdir(), 'bff-tests-'));
  // As the system's own temporary directory: root runs PostgreSQL as another user, who writes into it.
  chmodSync(directory, 0o1777);
  process.env['TMPDIR'] = directory;
  const server = await startTestServer();
  process.env[TEST_POSTGRES_URL] = server.url;
  const tearDown = async (): Promise<void> => {
    await server.stop();
    removeDirectory(directory);
  };
  Object.assign(globalThis, { tearDown });
}

/** Throws when a test left a folder behind: outside of a test run it would stay for ever. */
function removeDirectory(directory: string): void {
  const left = readdirSync(directory).filter((name) => name.startsWith('bff-'));
  rmSync(directory, { recursive: true, force: true });
  if (left.length > 0)
    throw new Error(
      `Tests left temporary folders behind: ${left.join(', ')}. Remove them after the tests, or create them with useTemporaryFolder of @bff/testing, which does.`,
    );
}
