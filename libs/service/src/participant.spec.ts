import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { EventDraft } from '@bff/contracts';
import { migrateOutbox } from '@bff/event-bus';
import { Rejection } from '@bff/kernel';
import { createTestDatabase } from '@bff/testing';
import { sql } from 'kysely';
import type { Kysely, Transaction } from 'kysely';
import { migrate, openDatabase } from '@bff/database';
import { EventWriter } from './event-writer.js';
import { Participant } from './participant.js';
import type { Write } from './write.js';
import { participantMigrations } from './participant.tables.js';
import type { ParticipantTables } from './participant.tables.js';

interface Tables extends ParticipantTables {
  readonly notes: { readonly text: string };
}

let database: Kysely<Tables>;
let participant: Participant<Tables>;
let write: Write;
let announced = 0;

beforeAll(async () => {
  const url = await createTestDatabase();
  await migrate(url, participantMigrations);
  database = openDatabase<Tables>(url, () => undefined);
  await sql`create table notes (text text not null)`.execute(database);
  await migrateOutbox(url);
  const events = new EventWriter({
    service: 'catalog',
    byOperation: {
      reserveStock: {
        emit: ({ noted }: { noted?: string }) =>
          noted === undefined ? undefined : { type: 'StockReleased', data: {} },
        emitRejection: ({ message }) => ({ type: 'StockRefused', data: { code: 'OUT_OF_STOCK', message } }),
      },
    },
    check: true,
    onCommitted: () => void (announced += 1),
  });
  participant = new Participant(database, events);
});
afterAll(() => database.destroy());
beforeEach(() => {
  write = { operation: 'reserveStock', id: randomUUID(), key: randomUUID(), body: { a: 1, b: { c: 2, d: [3, 4] } } };
});

/** What the tables hold about this write: its notes, its keys, its tombstones. */
async function kept(): Promise<{ notes: number; keys: number; deliveries: number; tombstones: number }> {
  const { rows } = await sql<{ notes: number; keys: number; deliveries: number; tombstones: number }>`
    select (select count(*) from notes where text = ${write.id}) as notes,
           (select count(*) from idempotency_keys where id = ${write.id}) as keys,
           (select coalesce(sum(deliveries), 0) from idempotency_keys where id = ${write.id}) as deliveries,
           (select count(*) from tombstones where id = ${write.id}) as tombstones`.execute(database);
  const [row] = rows;
  if (!row) throw new Error('A select without a table gives one row');
  return row;
}

async function note(tx: Transaction<Tables>): Promise<{ noted: string }> {
  await tx.insertInto('notes').values({ text: write.id }).execute();
  return { noted: write.id };
}

async function noteAndRefuse(tx: Transaction<Tables>): Promise<never> {
  await note(tx);
  throw new Rejection('OUT_OF_STOCK', 'Nothing is left.', { productId: '1' });
}

describe('an effect', () => {
  it('is applied once, and every delivery is counted', async () => {
    for (let delivery = 0; delivery < 3; delivery++)
      expect(await participant.do(write, note)).toEqual({ noted: write.id });
    expect(await kept()).toEqual({ notes: 1, keys: 1, deliveries: 3, tombstones: 0 });
  });

  it('is taken back when it ends with a "no", and the "no" is remembered with its details', async () => {
    const no = expect.objectContaining({ code: 'OUT_OF_STOCK', status: 409, details: { productId: '1' } });
    await expect(participant.do(write, noteAndRefuse)).rejects.toEqual(no);
    // Now there would be something left: the answer to this key stays what it was.
    await expect(participant.do(write, note)).rejects.toEqual(no);
    expect(await kept()).toEqual({ notes: 0, keys: 1, deliveries: 2, tombstones: 0 });
  });

  it('is taken back and forgotten when it ends with a bug, so that it can be sent again', async () => {
    const bug = async (tx: Transaction<Tables>) => {
      await note(tx);
      throw new TypeError('oops');
    };
    await expect(participant.do(write, bug)).rejects.toThrow('oops');
    expect(await kept()).toEqual({ notes: 0, keys: 0, deliveries: 0, tombstones: 0 });
    expect(await participant.do(write, note)).toEqual({ noted: write.id });
  });

  it('is known by its request, whatever the order of its properties', async () => {
    await participant.do(write, note);
    const turned = { ...write, body: { b: { d: [3, 4], c: 2 }, a: 1 } };
    expect(await participant.do(turned, note)).toEqual({ noted: write.id });
    const other = { ...write, body: { a: 1, b: { c: 2, d: [4, 3] } } };
    await expect(participant.do(other, note)).rejects.toMatchObject({ code: 'IDEMPOTENCY_KEY_REUSED', status: 422 });
    expect(await kept()).toMatchObject({ notes: 1, keys: 1 });
  });
});

describe('an undo', () => {
  it('leaves one tombstone, however often it comes', async () => {
    await participant.undo(write, note);
    await participant.undo({ ...write, key: randomUUID() }, note);
    expect(await kept()).toMatchObject({ keys: 2, tombstones: 1 });
  });

  it('that is refused leaves no tombstone, so that things can go on', async () => {
    await expect(participant.undo(write, noteAndRefuse)).rejects.toThrow('Nothing is left.');
    // Nor is the no remembered: the undo must happen in the end, under the same key.
    expect(await kept()).toEqual({ notes: 0, keys: 0, deliveries: 0, tombstones: 0 });
    expect(await participant.do({ ...write, key: randomUUID() }, note)).toEqual({ noted: write.id });
  });

  it('refuses what comes later, and remembers nothing of it', async () => {
    await participant.undo(write, () => Promise.resolve({}));
    await expect(participant.do({ ...write, key: randomUUID() }, note)).rejects.toMatchObject({
      code: 'UNDONE',
      status: 409,
    });
    expect(await kept()).toEqual({ notes: 0, keys: 1, deliveries: 1, tombstones: 1 });
  });
});

describe('an event', () => {
  async function readEvents(): Promise<unknown[]> {
    const { rows } = await sql<{ event: Record<string, unknown> }>`
      select event from outbox where subject = ${write.id} order by sequence`.execute(database);
    return rows.map(({ event }) => event);
  }

  it('is written with its effect, once, and announced after the commit', async () => {
    const before = announced;
    await participant.do(write, note);
    await participant.do(write, note);
    expect(await readEvents()).toEqual([
      {
        specversion: '1.0',
        id: write.key,
        source: '/catalog',
        type: 'StockReleased',
        time: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/),
        subject: write.id,
        datacontenttype: 'application/json',
        dataschema: '/catalog/openapi.json#StockReleased',
        data: {},
      },
    ]);
    expect(announced - before).toBe(1);
  });

  it('is not written a second time when the effect is repeated under another key', async () => {
    await participant.do(write, note);
    await participant.do({ ...write, key: randomUUID() }, note);
    expect(await readEvents()).toHaveLength(1);
  });

  it('is written of a rejection, and the effect is not', async () => {
    await expect(participant.do(write, noteAndRefuse)).rejects.toThrow('Nothing is left.');
    const data = { code: 'OUT_OF_STOCK', message: 'Nothing is left.' };
    expect(await readEvents()).toEqual([expect.objectContaining({ type: 'StockRefused', data })]);
  });

  it('is not written when there was nothing to do, when the effect fails, or when another operation is called', async () => {
    const before = announced;
    await participant.do(write, () => Promise.resolve({}));
    await participant.do({ ...write, key: randomUUID(), operation: 'other' }, note);
    await expect(
      participant.do({ ...write, key: randomUUID() }, () => Promise.reject(new TypeError('oops'))),
    ).rejects.toThrow('oops');
    expect([await readEvents(), announced - before]).toEqual([[], 0]);
  });

  it('is not written when the commit fails', async () => {
    await sql`
      create function refuse_commit() returns trigger language plpgsql as $$ begin raise 'No commit'; end $$;
      create constraint trigger refuse_commit after insert on notes deferrable initially deferred
        for each row execute function refuse_commit()`.execute(database);
    try {
      const before = announced;
      await expect(participant.do(write, note)).rejects.toThrow('No commit');
      expect([await readEvents(), announced - before]).toEqual([[], 0]);
    } finally {
      await sql`drop trigger refuse_commit on notes; drop function refuse_commit`.execute(database);
    }
  });

  it('that violates its contract is a bug of the service: the effect is rolled back', async () => {
    const invalid = { type: 'StockReleased', data: { more: 1 } } as unknown as EventDraft;
    const byOperation = { reserveStock: { emit: () => invalid } };
    const events = new EventWriter({ service: 'catalog', byOperation, check: true, onCommitted: () => undefined });
    const applied = new Participant(database, events).do(write, note);
    await expect(applied).rejects.toThrow('The event violates its contract: StockReleased data must not have "more"');
    expect(await kept()).toEqual({ notes: 0, keys: 0, deliveries: 0, tombstones: 0 });
  });
});
