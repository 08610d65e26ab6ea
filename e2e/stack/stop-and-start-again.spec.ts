import { existsSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import pg from 'pg';
import { readStackFile } from '../../tools/stack/stack.file.js';
import { findAlive, startCommand, createPlace, readProcesses, runToEnd } from '../support/terminal.fixture.js';
import type { Command, Place } from '../support/terminal.fixture.js';

const MINUTE = 60_000;
const ALL = ['bff', 'catalog', 'customer', 'engine', 'orchestrator', 'order', 'postgres'];

describe('npm start', () => {
  let place: Place;
  let stack: Command | undefined;

  beforeEach(async () => {
    place = await createPlace();
  });

  afterEach(async () => {
    if (stack) {
      process.kill(stack.pid, 'SIGTERM');
      await stack.ended;
    }
    place.clear();
  });

  /** Starts everything and waits for the line that says so. */
  async function start(): Promise<Command> {
    stack = startCommand('start', place);
    await stack.waitForText(`\nready http://127.0.0.1:${place.env['BFF_PORT']}/graphql\n`);
    return stack;
  }

  async function end(signal: NodeJS.Signals): Promise<number | NodeJS.Signals | undefined> {
    stack?.press(signal);
    const ending = await stack?.ended;
    stack = undefined;
    return ending;
  }

  it.each(['SIGINT', 'SIGTERM', 'SIGHUP'] as const)(
    'ends with 0 and leaves no process behind on %s',
    async (signal) => {
      await start();
      const processes = readProcesses(place);
      expect([...processes.keys()].sort()).toEqual(ALL);
      expect(findAlive(processes)).toHaveLength(ALL.length);

      expect(await end(signal)).toBe(0);
      expect(findAlive(processes)).toEqual([]);
      expect(existsSync(join(place.dataDir, 'stack.json'))).toBe(false);
      expect(existsSync(join(place.dataDir, 'postgres', 'postmaster.pid'))).toBe(false);
    },
    MINUTE,
  );

  it(
    'stops in good order while it is still starting',
    async () => {
      stack = startCommand('start', place);
      await stack.waitForText('engine');
      const processes = readProcesses(place);
      const running = stack;
      expect(await end('SIGINT')).toBe(0);
      expect(findAlive(processes)).toEqual([]);
      expect(running.out()).toMatch(/\nstopped\n$/);
      expect(running.err()).toBe('');
    },
    MINUTE,
  );

  it(
    'keeps its data and its secrets over a second start, to itself, until they are cleared',
    async () => {
      await start();
      await queryDatabase(place, 'create table note (text text); insert into note values ($$kept$$)');
      const token = await runToEnd('token', place, ['ALFKI']);
      expect(token).toEqual({ ending: 0, out: expect.stringMatching(/^[\w-]+\.[\w-]+\.[\w-]+\n$/), err: '' });
      for (const secret of ['stack.json', 'jwt.secret', 'postgres.password'])
        expect(statSync(join(place.dataDir, secret)).mode & 0o777).toBe(0o600);
      const refused = await runToEnd('reset', place);
      expect(refused).toMatchObject({ ending: 1, out: '' });
      expect(refused.err).toMatch(/^A stack is running on .* \(pid \d+\): stop it first, then clear its data\.\n$/);
      const secret = readStackFile(place.dataDir)?.processes.find(({ name }) => name === 'bff')?.env['JWT_SECRET'];
      await end('SIGINT');

      await start();
      expect(await queryDatabase(place, 'select text from note')).toEqual([{ text: 'kept' }]);
      expect(readStackFile(place.dataDir)?.processes.find(({ name }) => name === 'bff')?.env['JWT_SECRET']).toBe(
        secret,
      );
      await end('SIGINT');

      expect(await runToEnd('reset', place)).toEqual({ ending: 0, out: `Cleared ${place.dataDir}.\n`, err: '' });
      expect(existsSync(place.dataDir)).toBe(false);
    },
    3 * MINUTE,
  );

  it(
    'reports when a process dies, restarts nothing by itself, and npm run app brings the process back',
    async () => {
      const running = await start();
      process.kill(readProcesses(place).get('catalog')?.pid ?? 0, 'SIGKILL');
      await running.waitForText('ended (SIGKILL). To bring it back: npm run app -- catalog');
      await expect(fetch(`http://127.0.0.1:${place.env['CATALOG_PORT']}/health/ready`)).rejects.toThrow();

      const app = startCommand('app', place, ['catalog']);
      await waitUntilReady(`http://127.0.0.1:${place.env['CATALOG_PORT']}/health/ready`);
      const second = await runToEnd('app', place, ['catalog']);
      expect(second).toMatchObject({ ending: 1, out: '' });
      expect(second.err).toMatch(/^catalog is still running, or another process is, on port \d+\.\n$/);

      expect(await end('SIGINT')).toBe(0);
      expect(await app.ended).toBe(0);
      expect(app.out()).toContain('the stack has stopped; stopping catalog');
    },
    MINUTE,
  );
});

async function queryDatabase(place: Place, query: string): Promise<readonly unknown[]> {
  const env = readStackFile(place.dataDir)?.processes.find(({ name }) => name === 'catalog')?.env;
  const client = new pg.Client({ connectionString: env?.['CATALOG_DATABASE_URL'] });
  await client.connect();
  try {
    return (await client.query<Record<string, unknown>>(query)).rows;
  } finally {
    await client.end();
  }
}

async function waitUntilReady(url: string): Promise<void> {
  for (;;) {
    const answer = await fetch(url).catch(() => undefined);
    if (answer?.ok) return;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}
