import { once } from 'node:events';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { createTestDatabase, startGate } from '@bff/testing';
import type { Gate } from '@bff/testing';
import { createPlace, runScript } from '../support/terminal.fixture.js';
import type { Command, Place } from '../support/terminal.fixture.js';
import { waitFor } from '../support/world.js';

const APPS = [
  { app: 'catalog', port: 'CATALOG_PORT', path: '/health/ready' },
  { app: 'customer', port: 'CUSTOMER_PORT', path: '/health/ready' },
  { app: 'order', port: 'ORDER_PORT', path: '/health/ready' },
  // It is ready only with an engine, which is not what this is about.
  { app: 'orchestrator', port: 'ORCHESTRATOR_API_PORT', path: '/health/live' },
] as const;
type App = (typeof APPS)[number];

const WAITING = 'does not answer yet';

describe('an app whose database does not answer at its start', () => {
  let place: Place;
  let database: string;
  let gates: Gate[] = [];
  let started: Command[] = [];

  beforeEach(async () => {
    [place, database] = await Promise.all([createPlace(), createTestDatabase()]);
  });
  afterEach(async () => {
    await Promise.all(started.map(end));
    await Promise.all(gates.map((gate) => gate.close()));
    [gates, started] = [[], []];
    place.clear();
  });

  function start({ app }: App, databaseUrl: string): Command {
    const own = { [`${app.toUpperCase()}_DATABASE_URL`]: databaseUrl, EVENTS_DATABASE_URL: databaseUrl };
    const env = { ...place.env, NODE_ENV: 'test', ...own };
    const one = runScript(`apps/${app}/src/main.js`, [], env);
    started.push(one);
    return one;
  }

  async function openGate(url: string, port = 0): Promise<Gate> {
    const gate = await startGate(url, port);
    gates.push(gate);
    return gate;
  }

  async function expectAnswers({ port, path }: App): Promise<void> {
    const url = `http://127.0.0.1:${place.env[port]}${path}`;
    const readStatus = (): Promise<number> =>
      fetch(url).then(
        async (response) => (await response.text(), response.status),
        () => 0,
      );
    await waitFor(readStatus, (now) => now === 200);
  }

  /** What it said of the database, and that it said nothing that looks like a stack. */
  function readLines(one: Command): readonly string[] {
    expect(one.err()).toBe('');
    expect(one.out()).not.toMatch(/\\n\s+at |"stack"/);
    const lines = one.out().trimEnd().split('\n');
    return lines
      .map((line) => (JSON.parse(line) as { message: string }).message)
      .filter((line) => line.includes('The database at'));
  }

  it.each(APPS)(
    '$app waits for one that refuses connections, says so in one line, and starts when it answers',
    async (app) => {
      const port = await findFreePort();
      const url = new URL(database);
      url.port = String(port);
      const one = start(app, url.href);
      await one.waitForText(WAITING);
      await openGate(database, port);
      await expectAnswers(app);
      expect(readLines(one)).toEqual([
        `The database at 127.0.0.1:${port} does not answer yet, the start waits for it: connect ECONNREFUSED 127.0.0.1:${port}`,
        `The database at 127.0.0.1:${port} answers`,
      ]);
    },
  );

  it.each(APPS)('$app waits for one that accepts connections and stays silent', async (app) => {
    const gate = await openGate(database);
    gate.shut('hang');
    const one = start(app, gate.url);
    await one.waitForText(WAITING);
    gate.open();
    await expectAnswers(app);
    const { host } = new URL(gate.url);
    expect(readLines(one)).toEqual([
      `The database at ${host} does not answer yet, the start waits for it: Connection terminated due to connection timeout`,
      `The database at ${host} answers`,
    ]);
  });

  it.each(APPS.flatMap((app) => (['SIGTERM', 'SIGINT'] as const).map((signal) => ({ ...app, signal }))))(
    '$app is ended by $signal while it waits',
    async (app) => {
      const gate = await openGate(database);
      gate.shut('cut');
      const one = start(app, gate.url);
      await one.waitForText(WAITING);
      one.press(app.signal);
      expect(await one.ended).toBe(app.signal === 'SIGTERM' ? 143 : 130);
      expect(readLines(one)).toHaveLength(1);
    },
  );

  it.each(APPS)('$app exits immediately when its database does not exist, or the password is wrong', async (app) => {
    const missing = new URL(database);
    missing.pathname = '/nowhere';
    const wrong = new URL(database);
    wrong.password = 'wrong';
    const ends = [missing, wrong].map((url) => start(app, url.href));
    expect(await Promise.all(ends.map((one) => one.ended))).toEqual([1, 1]);
    expect(ends.map((one) => one.err())).toEqual([
      'The database refuses: database "nowhere" does not exist\n',
      `The database refuses: password authentication failed for user "${wrong.username}"\n`,
    ]);
  });
});

/** Kills it, unless it has ended by itself. */
async function end(one: Command): Promise<void> {
  const running = Symbol('running');
  if ((await Promise.race([one.ended, Promise.resolve(running)])) !== running) return;
  one.press('SIGKILL');
  await one.ended;
}

async function findFreePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}
