import { createServer } from 'node:http';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import pg from 'pg';
import { startStack } from '../../tools/stack/stack.js';
import type { Stack } from '../../tools/stack/stack.js';
import type { ProcessName } from '../../tools/stack/stack.process.js';
import { findAlive, startCommand, createPlace, readProcesses } from '../support/terminal.fixture.js';
import type { Place } from '../support/terminal.fixture.js';

const MINUTE = 60_000;

describe('after a kill -9', () => {
  let place: Place;
  let stack: Stack | undefined;

  beforeEach(async () => {
    place = await createPlace();
  });

  afterEach(async () => {
    await stack?.stop();
    stack = undefined;
    place.clear();
  });

  async function start(...only: readonly ProcessName[]): Promise<Stack> {
    stack = await startStack({ dataDir: place.dataDir, ports: 'free', only });
    return stack;
  }

  it(
    'of PostgreSQL, with all that it started, its data are there when it is started again',
    async () => {
      const running = await start('postgres');
      await queryOrders(running, 'create table note (text text)');
      await queryOrders(running, "insert into note values ('written')");
      // A busy session outlives its server, and holds its memory.
      const busy = queryOrders(running, 'create table numbers as select generate_series(1, 100000000)').catch(
        () => undefined,
      );
      await waitUntilBusy(running);
      await running.kill('postgres');
      expect(running.pid('postgres')).toBeUndefined();
      await expect(queryOrders(running, 'select 1')).rejects.toThrow();

      await running.start('postgres');
      expect(await queryOrders(running, 'select text from note')).toEqual([{ text: 'written' }]);
      await busy;
    },
    MINUTE,
  );

  it(
    'of the PostgreSQL server alone, its process ends, says so, and recovers when it is started again',
    async () => {
      const running = await start('postgres');
      await queryOrders(running, 'create table note (text text)');
      process.kill(readServerPid(place), 'SIGKILL');
      expect(await running.ended('postgres')).toEqual({ code: 1, signal: null });

      await running.start('postgres');
      expect(await queryOrders(running, 'select text from note')).toEqual([]);
    },
    MINUTE,
  );

  it(
    'of the stack and of what runs PostgreSQL, the next start ends the orphaned server and takes over',
    async () => {
      const first = startCommand('start', place);
      await first.waitForText('postgres');
      const left = readProcesses(place);
      const orphan = readServerPid(place);
      process.kill(first.pid, 'SIGKILL');
      process.kill(left.get('postgres')?.pid ?? 0, 'SIGKILL');
      await first.ended;
      expect(findAlive(left)).toContain('engine');
      expect(() => process.kill(orphan, 0)).not.toThrow();

      const second = startCommand('start', place);
      await second.waitForText('was left running by a stack that was killed; ended it');
      await second.waitForText('\nready ');
      expect(findAlive(left)).toEqual([]);
      expect(readServerPid(place)).not.toBe(orphan);
      second.press('SIGINT');
      expect(await second.ended).toBe(0);
    },
    2 * MINUTE,
  );

  it(
    'of the engine, it knows what it knew when it is started again',
    async () => {
      const running = await start('engine');
      const worker = await startProbeWorker();
      try {
        const { port } = worker.address() as AddressInfo;
        await register(running, `http://127.0.0.1:${port}`);
        await running.kill('engine');
        await running.start('engine');
        expect(await readServiceNames(running)).toEqual(['Probe']);
      } finally {
        worker.close();
      }
    },
    MINUTE,
  );

  it(
    'a process is started again as it was; until then nothing starts it, and it cannot be started twice',
    async () => {
      const running = await start('postgres', 'catalog');
      const ready = `${running.urls.catalog}/health/ready`;
      const before = running.pid('catalog');
      await running.kill('catalog');
      expect(await running.ended('catalog')).toEqual({ code: null, signal: 'SIGKILL' });
      await expect(fetch(ready)).rejects.toThrow();

      await running.start('catalog');
      expect((await fetch(ready)).status).toBe(200);
      expect(running.pid('catalog')).not.toBe(before);
      await expect(running.start('catalog')).rejects.toThrow('catalog is running.');
    },
    MINUTE,
  );
});

async function queryOrders({ urls }: Stack, text: string): Promise<readonly unknown[]> {
  const client = new pg.Client({ connectionString: urls.databases.order });
  client.on('error', () => undefined);
  await client.connect();
  try {
    return (await client.query<Record<string, unknown>>(text)).rows;
  } finally {
    await client.end();
  }
}

async function waitUntilBusy(stack: Stack): Promise<void> {
  const sessions = "select pid from pg_stat_activity where state = 'active' and query like 'create table numbers%'";
  while ((await queryOrders(stack, sessions)).length === 0) await new Promise((resolve) => setTimeout(resolve, 20));
}

function readServerPid({ dataDir }: Place): number {
  return Number.parseInt(readFileSync(join(dataDir, 'postgres', 'postmaster.pid'), 'utf8'), 10);
}

/** Answers the engine's question what a worker offers: one service. */
async function startProbeWorker(): Promise<Server> {
  const service = { name: 'Probe', ty: 'SERVICE', handlers: [{ name: 'answer' }] };
  const offer = { protocolMode: 'REQUEST_RESPONSE', minProtocolVersion: 5, maxProtocolVersion: 5, services: [service] };
  const server = createServer((_request, response) => {
    response.writeHead(200, { 'content-type': 'application/vnd.restate.endpointmanifest.v3+json' });
    response.end(JSON.stringify(offer));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return server;
}

async function register({ urls }: Stack, uri: string): Promise<void> {
  const answer = await fetch(`${urls.engineAdmin}/deployments`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ uri, use_http_11: true }),
  });
  expect(await answer.json()).toMatchObject({ services: [{ name: 'Probe' }] });
}

async function readServiceNames({ urls }: Stack): Promise<readonly string[]> {
  const answer = await fetch(`${urls.engineAdmin}/services`);
  // The engine's documented answer.
  const { services } = (await answer.json()) as { readonly services: readonly { readonly name: string }[] };
  return services.map(({ name }) => name);
}
