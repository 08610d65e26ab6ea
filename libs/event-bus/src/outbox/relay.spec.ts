import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { openDatabase } from '@bff/database';
import { createEvent, createTestDatabase, eventually } from '@bff/testing';
import { sql } from 'kysely';
import type { Kysely } from 'kysely';
import type { CloudEvent } from '../cloud-event.js';
import { Outbox, writeToOutbox } from './outbox.js';
import { migrateOutbox } from './outbox.tables.js';
import { Relay } from './relay.js';

let databaseUrl: string;
let database: Kysely<unknown>;
beforeAll(async () => {
  databaseUrl = await createTestDatabase();
  await migrateOutbox(databaseUrl);
  database = openDatabase<unknown>(databaseUrl, () => undefined);
});
afterAll(() => database.destroy());

let published: string[];
let failures: unknown[];
let recoveries: number;
let relays: Relay[];
/** What the bus does with a batch before it takes it. */
let receive: () => Promise<void>;
beforeEach(() => {
  [published, failures, relays] = [[], [], []];
  recoveries = 0;
  receive = () => Promise.resolve();
});
afterEach(async () => {
  await Promise.all(relays.map((relay) => relay.close()));
  await sql`delete from outbox`.execute(database);
});

const bus = {
  async publish(events: readonly CloudEvent[]) {
    await receive();
    published.push(...events.map(({ id }) => id));
  },
};

const watcher = {
  onFailure: (error: unknown) => void failures.push(error),
  onRecovery: () => void (recoveries += 1),
};

const AN_HOUR_MS = 3_600_000;

function startRelay(pollIntervalMs = AN_HOUR_MS): Relay {
  const relay = new Relay(new Outbox(database), bus, watcher, pollIntervalMs);
  relays.push(relay);
  return relay;
}

async function emit(...ids: string[]): Promise<void> {
  const events = ids.map((id) => createEvent('an order', id));
  await writeToOutbox(database, events);
}

describe('a relay', () => {
  it('publishes what it finds, and then what it is woken for, each once and in order', async () => {
    await emit('1', '2');
    const relay = startRelay();
    await eventually(() => published.length === 2);
    await emit('3');
    relay.wake();
    await emit('4');
    relay.wake();
    await eventually(() => published.length === 4);
    expect(published).toEqual(['1', '2', '3', '4']);
    expect(await new Outbox(database).countBacklog()).toEqual({ unsent: 0, oldestSeconds: 0 });
  });

  it('publishes the events that a process left behind when it died, without being woken', async () => {
    await emit('first');
    startRelay(200);
    await eventually(() => published.length === 1);
    await emit('left behind');
    await eventually(() => published.length === 2);
  });

  it('publishes nothing of a transaction that is rolled back', async () => {
    const relay = startRelay();
    const rolledBack = database.transaction().execute(async (tx) => {
      await writeToOutbox(tx, [createEvent('an order', 'never')]);
      throw new Error('No');
    });
    await expect(rolledBack).rejects.toThrow('No');
    relay.wake();
    await emit('committed');
    relay.wake();
    await eventually(() => published.length > 0);
    expect(published).toEqual(['committed']);
  });

  it('publishes again what it could not publish, and counts what waits meanwhile', async () => {
    let attempts = 0;
    receive = () => {
      attempts += 1;
      return Promise.reject(new Error('The bus is down'));
    };
    await emit('1', '2');
    startRelay();
    await eventually(() => attempts >= 3);
    const backlog = await new Outbox(database).countBacklog();
    expect([published, backlog.unsent, backlog.oldestSeconds > 0]).toEqual([[], 2, true]);
    receive = () => Promise.resolve();
    await eventually(() => recoveries === 1);
    expect([published, failures.length]).toEqual([['1', '2'], 1]);
  });

  it('publishes again what it published and could not mark', async () => {
    const outbox = new Outbox(database);
    let marks = 0;
    const forgetful = Object.assign(Object.create(outbox) as Outbox, {
      markSent: (events: Parameters<Outbox['markSent']>[0]) =>
        marks++ === 0 ? Promise.reject(new Error('Killed')) : outbox.markSent(events),
    });
    await emit('1');
    relays.push(new Relay(forgetful, bus, watcher));
    await eventually(() => marks === 2);
    expect(published).toEqual(['1', '1']);
  });

  it('publishes more than one batch before it waits', async () => {
    const ids = Array.from({ length: 1_200 }, (_, nth) => String(nth));
    await emit(...ids);
    startRelay();
    await eventually(() => published.length === 1_200);
    expect(published).toEqual(ids);
  });

  it('publishes what was committed before it closes', async () => {
    await emit('first');
    const relay = startRelay();
    await eventually(() => published.length === 1);
    await emit('last');
    await relay.close();
    expect(published).toEqual(['first', 'last']);
  });

  it('closes although the bus stays silent', async () => {
    receive = () => new Promise(() => undefined);
    await emit('never');
    await startRelay().close();
    expect(published).toEqual([]);
  });
});
