import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import {
  CollectingConsumer,
  createEvent,
  createTestDatabase,
  describeEventBus,
  eventually,
  startGate,
} from '@bff/testing';
import type { Gate } from '@bff/testing';
import pg from 'pg';
import { PostgresEventBus } from './postgres-event-bus.js';

let gate: Gate;
describeEventBus('PostgreSQL', {
  async start() {
    gate = await startGate(await createTestDatabase());
  },
  open: () => new PostgresEventBus(gate.url, () => undefined),
  outage: {
    begin: () => Promise.resolve(gate.shut('cut')),
    end: () => Promise.resolve(gate.open()),
  },
  stop: () => gate.close(),
});

describe('the event log in PostgreSQL', () => {
  let databaseUrl: string;
  let bus: PostgresEventBus;
  let client: pg.Client;
  beforeAll(async () => {
    databaseUrl = await createTestDatabase();
    bus = new PostgresEventBus(databaseUrl, () => undefined);
    client = new pg.Client({ connectionString: databaseUrl });
    await client.connect();
  });
  afterAll(async () => {
    await client.end();
    await bus.close();
  });

  it('keeps the events of each month in a partition, which publishers create at the same moment', async () => {
    const months = ['2026-01-31T23:59:59.999Z', '2026-02-01T00:00:00.000Z', '2027-12-31T12:00:00.000Z'];
    const others = Array.from({ length: 4 }, () => new PostgresEventBus(databaseUrl, () => undefined));
    const events = months.map((month) => createEvent('months', month, new Date(month)));
    await Promise.all(others.map((other) => other.publish(events)));
    await Promise.all(others.map((other) => other.close()));
    const { rows } = await client.query('select tableoid::regclass::text as partition, id from events order by id');
    expect(rows).toEqual([
      { partition: 'events_2026_01', id: months[0] },
      { partition: 'events_2026_02', id: months[1] },
      { partition: 'events_2027_12', id: months[2] },
    ]);
  });

  it('never shows a position before the ones below it are committed', async () => {
    // The month has a partition from here on.
    await bus.publish([createEvent('positions', 'before')]);
    const slow = new pg.Client({ connectionString: databaseUrl });
    await slow.connect();
    await slow.query('begin');
    // As an append that has taken its position and not committed yet.
    await slow.query('update event_log_head set position = position + 1');
    const published = bus.publish([createEvent('positions', 'second')]);
    const consumer = new CollectingConsumer('positions');
    bus.consume(consumer);
    const first = createEvent('positions', 'first');
    await slow.query(
      `insert into events (position, time, source, id, event)
       select position, $1, $2, $3, $4 from event_log_head`,
      [first.time, first.source, first.id, first],
    );
    await slow.query('commit');
    await published;
    await eventually(() => consumer.idsOf('positions').length === 3);
    expect(consumer.idsOf('positions')).toEqual(['before', 'first', 'second']);
    await slow.end();
  });

  /** A process of its own with a consumer that prints the id of each event before it handles it for ever. */
  async function startConsumer(name: string): Promise<{ process: ChildProcess; lines: string[] }> {
    const lib = fileURLToPath(new URL('../../../../dist/libs/event-bus/src/index.js', import.meta.url));
    const code = `
      import { PostgresEventBus } from ${JSON.stringify(lib)};
      const bus = new PostgresEventBus(${JSON.stringify(databaseUrl)}, () => undefined);
      const consumption = bus.consume({
        name: ${JSON.stringify(name)},
        readPosition: () => Promise.resolve(0),
        handle: (events) => (console.log(events.length), new Promise(() => undefined)),
        onError: (error) => console.error(error),
      });
      const timer = setInterval(() => consumption.active && (console.log('active'), clearInterval(timer)), 5);
      setInterval(() => undefined, 1000);`;
    const child = spawn(process.execPath, ['--input-type=module', '--eval', code], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const lines: string[] = [];
    createInterface(child.stdout).on('line', (line) => lines.push(line));
    await eventually(() => lines.includes('active'));
    return { process: child, lines };
  }

  /** Resolves when a connection is queued for an advisory lock that another one holds. */
  async function untilOneWaitsForALease(): Promise<void> {
    const waiting = "select from pg_locks where locktype = 'advisory' and not granted";
    while ((await client.query(waiting)).rows.length === 0);
  }

  it('gives the events of a consumer that was killed in the middle of a batch to the next one', async () => {
    const { subject, name } = { subject: 'killed', name: 'a consumer that is killed' };
    await bus.publish([createEvent(subject)]);
    const killed = await startConsumer(name);
    await eventually(() => killed.lines.length === 2);
    const next = new CollectingConsumer(name);
    const consumption = bus.consume(next);
    await untilOneWaitsForALease();
    expect([consumption.active, next.received.length]).toEqual([false, 0]);
    killed.process.kill('SIGKILL');
    await once(killed.process, 'exit');
    await eventually(() => next.idsOf(subject).length === 1);
    await bus.publish([createEvent(subject)]);
    await eventually(() => next.idsOf(subject).length === 2);
  });
});
