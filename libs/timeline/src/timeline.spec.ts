import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { migrate } from '@bff/database';
import type { Migrations } from '@bff/database';
import type { SagaIdentity } from '@bff/saga';
import { createTestDatabase } from '@bff/testing';
import pg from 'pg';
import { openTimeline } from './open-timeline.js';
import type { OpenTimeline } from './open-timeline.js';
import { fact, newSaga, step, createFacts } from './timeline.fixture.js';
import { timelineMigrations } from './timeline.tables.js';

let url: string;
let timeline: OpenTimeline;
let failures: unknown[] = [];
beforeAll(async () => {
  url = await createTestDatabase();
  timeline = await openTimeline(url, (error) => failures.push(error));
});
afterAll(() => timeline.close());

const factsOf = ({ saga, sagaId }: SagaIdentity) => timeline.reader.readFacts(saga, sagaId, 0, 1_000);
const viewOf = ({ saga, sagaId }: SagaIdentity) => timeline.reader.findSaga(saga, sagaId);

/** Resolves when each saga has this number of facts; rejects after a while. */
async function waitForFacts(sagas: readonly SagaIdentity[], count: number): Promise<void> {
  const until = performance.now() + 10_000;
  for (const saga of sagas)
    while ((await factsOf(saga)).length < count) {
      if (performance.now() > until) throw new Error(`${count} facts of ${saga.sagaId} are not written`);
      await sleep(5);
    }
}

/** The migrations of a build that did not have this one. */
function migrationsBefore(migration: string): Migrations {
  return Object.fromEntries(Object.entries(timelineMigrations).filter(([name]) => name < migration));
}

describe('the timeline of a saga', () => {
  it('holds each fact once, in the order in which they came, also when they come again', async () => {
    const saga = newSaga();
    const facts = createFacts();
    await timeline.writer.record(saga, facts.slice(0, 5));
    await timeline.writer.record(saga, facts);
    await timeline.writer.record(saga, [...facts, ...facts]);
    expect(await factsOf(saga)).toEqual(facts.map((one, nth) => ({ position: nth + 1, fact: one })));
  });

  it('holds each fact once, without gaps, when several processes write the same at the same time', async () => {
    const other = await openTimeline(url, () => undefined);
    const sagas = Array.from({ length: 8 }, () => newSaga());
    const facts = createFacts();
    await Promise.all(
      [timeline, other].flatMap(({ writer }) =>
        sagas.flatMap((saga) => [...facts.map((one) => writer.record(saga, [one])), writer.record(saga, facts)]),
      ),
    );
    await other.close();
    for (const saga of sagas) {
      const written = await factsOf(saga);
      expect(written.map(({ position }) => position)).toEqual(facts.map((_, nth) => nth + 1));
      expect(new Set(written.map(({ fact: { key } }) => key)).size).toBe(facts.length);
    }
  });

  it('is written by several processes at the same time without a deadlock', async () => {
    const failures: unknown[] = [];
    const open = () => openTimeline(url, (error) => failures.push(error));
    const [one, other] = [await open(), await open()];
    const [start, ...facts] = createFacts();
    for (let round = 0; round < 20; round++) {
      const sagas = Array.from({ length: 10 }, () => newSaga());
      // Each has written the beginning of one half, and continues with all of them.
      for (const [nth, saga] of sagas.entries()) (nth % 2 === 0 ? one : other).writer.enqueue(saga, start);
      await waitForFacts(sagas, 1);
      for (const { writer } of [one, other])
        for (const saga of sagas) for (const next of [start, ...facts]) writer.enqueue(saga, next);
      await waitForFacts(sagas, 1 + facts.length);
    }
    await one.close();
    await other.close();
    expect(failures).toEqual([]);
  });

  it('is written without a scan of all sagas', async () => {
    const ownUrl = await createTestDatabase();
    const own = await openTimeline(ownUrl, (error) => failures.push(error));
    const client = new pg.Client({ connectionString: ownUrl });
    await client.connect();
    const sagas = 200;
    for (let nth = 0; nth < sagas; nth++) {
      await own.writer.record(newSaga(), createFacts());
      // The server analyses its tables now and then; it prefers to scan tables with few rows.
      if (nth === 20) await client.query('vacuum analyze');
    }
    // The statistics of a connection are complete when it has ended.
    await own.close();
    const { rows } = await client.query<{ scanned: string; found: string }>(
      'select sum(seq_tup_read) scanned, sum(idx_scan) found from pg_stat_user_tables where relname ~ $1',
      ['^saga'],
    );
    await client.end();
    expect(Number(rows[0]?.found)).toBeGreaterThan(sagas);
    expect(Number(rows[0]?.scanned)).toBeLessThan(sagas);
  });

  it('projects the state of the saga after each fact', async () => {
    const saga = newSaga();
    const seen: unknown[] = [];
    for (const one of createFacts()) {
      await timeline.writer.record(saga, [one]);
      const view = await viewOf(saga);
      seen.push([view?.status, view?.step, view?.direction, view?.error?.code ?? null, view?.can?.length ?? null]);
    }
    expect(seen).toEqual([
      ['RUNNING', null, null, null, null],
      ['RUNNING', 'hold', 'do', null, null],
      ['RUNNING', 'hold', 'do', null, null],
      ['RUNNING', 'pay', 'do', null, null],
      ['RUNNING', 'pay', 'do', null, null],
      ['UNDOING', 'hold', 'undo', null, null],
      ['UNDOING', 'hold', 'undo', 'DOWNSTREAM_TIMEOUT', null],
      ['NEEDS_ATTENTION', 'hold', 'undo', 'DOWNSTREAM_TIMEOUT', 3],
      ['UNDOING', 'hold', 'undo', 'DOWNSTREAM_TIMEOUT', null],
      ['UNDOING', 'hold', 'undo', null, null],
      ['REJECTED', 'pay', 'do', 'DECLINED', null],
    ]);
  });

  it('is rebuilt by a replay with the same projection', async () => {
    for (let nth = 0; nth < 12; nth++) await timeline.writer.record(newSaga(), createFacts().slice(0, nth));
    const client = new pg.Client({ connectionString: url });
    await client.connect();
    const views = async () =>
      (await client.query<Record<string, unknown>>('select * from saga_views order by saga, id')).rows;
    const live = await views();
    await client.query('truncate saga_views');
    expect(await timeline.rebuildProjection()).toBeGreaterThanOrEqual(live.length);
    expect(await views()).toEqual(live);
    // Once more, over existing rows.
    await timeline.rebuildProjection();
    expect(await views()).toEqual(live);
    await client.end();
  });

  it('holds each fact as it was recorded first, also when it is recorded again before it is stored', async () => {
    const saga = newSaga();
    const facts = createFacts();
    const again = facts.map((one) => ({ ...one, at: one.at + 1_000 }));
    for (const one of [...facts, ...again]) timeline.writer.enqueue(saga, one);
    await timeline.writer.record(saga, again);
    expect((await factsOf(saga)).map((one) => one.fact)).toEqual(facts);
  });

  it('projects the facts alone, also for a writer that continues after a replay', async () => {
    const saga = newSaga();
    const other = await openTimeline(url, () => undefined);
    const client = new pg.Client({ connectionString: url });
    await client.connect();
    const facts = createFacts().slice(0, 4);
    await timeline.writer.record(saga, facts);
    await client.query('update saga_views set began_at = 1 where id = $1', [saga.sagaId]);
    other.writer.enqueue(saga, fact('ATTEMPT_FAILED', step('pay')));
    await waitForFacts([saga], 5);
    await timeline.rebuildProjection();
    other.writer.enqueue(saga, fact('STEP_STARTED', step('pay')));
    await waitForFacts([saga], 6);
    expect(await viewOf(saga)).toMatchObject({ began_at: facts[0]?.at, step: 'pay' });
    const live = await viewOf(saga);
    await timeline.rebuildProjection();
    expect(await viewOf(saga)).toEqual(live);
    await client.end();
    await other.close();
  });

  it('has its end last, also when many facts wait to be stored', async () => {
    const saga = newSaga();
    const [first, ...facts] = createFacts();
    timeline.writer.enqueue(saga, first);
    // Many other facts are queued before them.
    for (let nth = 0; nth < 300; nth++) timeline.writer.enqueue(newSaga(), fact('STARTED'));
    const at = first.at;
    const attempts = Array.from({ length: 300 }, (_, ms) => fact('ATTEMPT_FAILED', { ...step('pay'), at, ms }));
    for (const one of [...attempts, ...facts]) timeline.writer.enqueue(saga, one);
    await timeline.writer.record(saga, [first, ...facts]);
    expect((await factsOf(saga)).map((one) => one.fact)).toEqual([first, ...attempts, ...facts]);
  });

  it('is the same after the migration to one row for each write', async () => {
    const old = await createTestDatabase();
    await migrate(old, migrationsBefore('0003'));
    const saga = newSaga();
    const all = createFacts();
    const [stored, rest] = [all.slice(0, 6), all.slice(6)];
    const rows = stored.map((one, nth) => ({ position: nth + 1, key: one.key, fact: one }));
    const client = new pg.Client({ connectionString: old });
    await client.connect();
    await client.query('insert into sagas values ($1, $2, 2, $3, $4)', ['Purchase', saga.sagaId, 'ada', stored.length]);
    await client.query(
      `insert into saga_facts select 'Purchase', $1, row.*
       from jsonb_to_recordset($2::jsonb) as row (position integer, key text, fact jsonb)`,
      [saga.sagaId, JSON.stringify(rows)],
    );
    await client.end();
    const upgraded = await openTimeline(old, (error) => failures.push(error));
    const late = fact('ATTEMPT_FAILED', {
      key: 'attempt-1',
      ...step('hold', 'undo'),
      at: stored.at(-1)?.at ?? 0,
      error: { code: 'LATE', message: 'Late.' },
    });
    await upgraded.writer.record(saga, [...stored, late, ...rest]);
    const read = await upgraded.reader.readFacts('Purchase', saga.sagaId, 0, 1_000);
    expect(read).toEqual([...stored, late, ...rest].map((one, nth) => ({ position: nth + 1, fact: one })));
    expect(await upgraded.reader.readFacts('Purchase', saga.sagaId, stored.length - 1, 1)).toEqual([
      read[stored.length - 1],
    ]);
    await upgraded.close();
  });

  it('says ABANDONED where an older build wrote LEFT, before the migration and during a rolling deploy', async () => {
    const old = await createTestDatabase();
    await migrate(old, migrationsBefore('0004'));
    const saga = newSaga();
    const facts = [
      fact('STARTED'),
      fact('STEP_ENDED', { ...step('pay', 'undo'), result: 'DONE' }),
      fact('STEP_ENDED', { ...step('hold', 'undo'), result: 'ABANDONED' }),
      fact('ENDED', { step: 'pay', outcome: 'REJECTED' }),
    ];
    const asOldBuild = JSON.stringify(facts).replaceAll('ABANDONED', 'LEFT');
    const client = new pg.Client({ connectionString: old });
    await client.connect();
    const write = async (id: string) => {
      await client.query('insert into sagas values ($1, $2, 2, $3, $4)', ['Purchase', id, 'ada', facts.length]);
      await client.query('insert into saga_facts values ($1, $2, 1, $3)', ['Purchase', id, asOldBuild]);
    };
    await write(saga.sagaId);
    const upgraded = await openTimeline(old, (error) => failures.push(error));
    const stored = async () =>
      (await client.query<{ text: string }>('select facts::text as text from saga_facts')).rows;
    expect((await stored()).map(({ text }) => text.includes('LEFT'))).toEqual([false]);
    await write('of-an-old-worker');
    for (const id of [saga.sagaId, 'of-an-old-worker']) {
      const expected = facts.map((one, nth) => ({ position: nth + 1, fact: one }));
      expect(await upgraded.reader.readFacts('Purchase', id, 0, 10)).toEqual(expected);
      expect(await upgraded.reader.readDigest('Purchase', id, 0)).toEqual(expected);
    }
    expect(await upgraded.rebuildProjection()).toBe(2);
    await client.end();
    await upgraded.close();
  });

  it('is stored soon after it was enqueued, without a caller waiting, and wakes listeners', async () => {
    const saga = newSaga();
    const facts = createFacts();
    for (const one of facts) timeline.writer.enqueue(saga, one);
    const stop = AbortSignal.timeout(5_000);
    while ((await factsOf(saga)).length < facts.length)
      await timeline.listener.waitForFacts(saga.saga, saga.sagaId, 1_000, stop);
    expect(await factsOf(saga)).toHaveLength(facts.length);
    expect(stop.aborted).toBe(false);
  });

  it('is stored when the database is back: facts wait meanwhile, and listening continues', async () => {
    const other = await openTimeline(url, (error) => failures.push(error));
    failures = [];
    const saga = newSaga();
    const facts = createFacts();
    const admin = new pg.Client({ connectionString: url });
    await admin.connect();
    // Every connection but this one is terminated, also those that listen.
    await admin.query(
      'select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and pid != pg_backend_pid()',
    );
    for (const one of facts) other.writer.enqueue(saga, one);
    await sleep(50);
    const stop = AbortSignal.timeout(10_000);
    while ((await factsOf(saga).catch(() => [])).length < facts.length)
      await other.listener.waitForFacts(saga.saga, saga.sagaId, 200, stop);
    expect(stop.aborted).toBe(false);
    await admin.end();
    await other.close();
  });

  it('loses one fact that PostgreSQL rejects, and no other', async () => {
    const saga = newSaga();
    failures = [];
    const bad = fact('STEP_STARTED', { ...step('hold'), error: { code: 'X', message: 'nul \0' } });
    const good = createFacts();
    for (const one of [good[0], bad, ...good.slice(1)]) if (one) timeline.writer.enqueue(saga, one);
    const until = performance.now() + 5_000;
    while ((await factsOf(saga)).length < good.length && performance.now() < until) await sleep(10);
    expect((await factsOf(saga)).map((one) => one.fact)).toEqual(good);
    expect(failures.length).toBeGreaterThan(0);
  });
});

describe('a search among sagas', () => {
  it('finds by id, subject, status, step and age, a page at a time, the newest first', async () => {
    const subject = `s-${randomUUID()}`;
    const sagas = Array.from({ length: 5 }, () => newSaga(subject));
    for (const [nth, saga] of sagas.entries())
      await timeline.writer.record(saga, createFacts().slice(0, nth === 4 ? 8 : 11));
    const ids = async (search: Parameters<typeof timeline.reader.search>[0]) =>
      (await timeline.reader.search({ subject, ...search }, 10)).map(({ id }) => id);
    const newestFirst = sagas.map(({ sagaId }) => sagaId).reverse();
    expect(await ids({})).toEqual(newestFirst);
    expect(await ids({ status: ['NEEDS_ATTENTION'] })).toEqual(newestFirst.slice(0, 1));
    expect(await ids({ status: ['REJECTED', 'COMPLETED'], step: 'pay' })).toEqual(newestFirst.slice(1));
    expect(await ids({ step: 'hold', direction: 'undo' })).toEqual(newestFirst.slice(0, 1));
    expect(await ids({ id: newestFirst[2]?.slice(0, 20) })).toEqual([newestFirst[2]]);
    expect(await ids({ id: '%' })).toEqual([]);
    const middle = (await timeline.reader.findSaga('Purchase', newestFirst[2] ?? ''))?.began_at ?? 0;
    expect(await ids({ beganBefore: middle })).toEqual(newestFirst.slice(2));
    expect(await ids({ beganAfter: middle })).toEqual(newestFirst.slice(0, 2));
    const first = await timeline.reader.search({ subject }, 2);
    const last = first.at(-1);
    const place = { beganAt: last?.began_at ?? 0, saga: last?.saga ?? '', id: last?.id ?? '' };
    expect((await timeline.reader.search({ subject }, 10, place)).map(({ id }) => id)).toEqual(newestFirst.slice(2));
  });
});
