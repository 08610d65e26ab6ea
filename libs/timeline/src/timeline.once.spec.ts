import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { SagaFact, SagaIdentity } from '@bff/saga';
import { createTestDatabase } from '@bff/testing';
import pg from 'pg';
import { openTimeline } from './open-timeline.js';
import type { OpenTimeline } from './open-timeline.js';
import { fact, newSaga, step, createFacts } from './timeline.fixture.js';

let url: string;
let timeline: OpenTimeline;
let other: OpenTimeline;
let admin: pg.Client;
/** Holds a lock. */
let holder: pg.Client;
beforeAll(async () => {
  url = await createTestDatabase();
  timeline = await openTimeline(url, () => undefined);
  other = await openTimeline(url, () => undefined);
  admin = new pg.Client({ connectionString: url });
  holder = new pg.Client({ connectionString: url });
  await Promise.all([admin.connect(), holder.connect()]);
});
afterAll(async () => {
  await timeline.close();
  await other.close();
  await admin.end();
  await holder.end();
});

const failedAttempt = (nth: number, more: Partial<SagaFact> = {}) =>
  fact('ATTEMPT_FAILED', {
    ...step('hold'),
    key: `attempt-${nth}`,
    ms: nth,
    error: { code: 'TROUBLE', message: 'No.' },
    ...more,
  });
const factsOf = async ({ saga, sagaId }: SagaIdentity) =>
  (await timeline.reader.readFacts(saga, sagaId, 0, 1_000)).map((placed) => placed.fact);

/** Resolves when a saga has this many facts; rejects after a while. */
async function waitForFacts(saga: SagaIdentity, count: number): Promise<void> {
  const stop = AbortSignal.timeout(20_000);
  while ((await factsOf(saga)).length < count) {
    stop.throwIfAborted();
    await timeline.listener.waitForFacts(saga.saga, saga.sagaId, 100, stop);
  }
}

/** Resolves when everything that was enqueued before is stored. */
async function flush({ writer }: OpenTimeline): Promise<void> {
  // Facts that are stored with the first marker may be stored after it, but before the second.
  for (const marker of [newSaga(), newSaga()]) {
    writer.enqueue(marker, fact('STARTED'));
    await waitForFacts(marker, 1);
  }
}

/** Ends the connection that waits for a lock, once there is one. */
async function killWaitingConnection(): Promise<void> {
  for (;;) {
    const { rows } = await admin.query(
      `select pg_terminate_backend(pid) from pg_stat_activity
       where datname = current_database() and wait_event_type = 'Lock'`,
    );
    if (rows.length > 0) return;
  }
}

describe('a failed attempt', () => {
  it('is stored once, although the facts of its batch fail again and again', async () => {
    const [saga, contested] = [newSaga(), newSaga()];
    await other.writer.record(contested, [fact('STARTED')]);
    const [start, begun] = createFacts();
    const attempts = [failedAttempt(1), failedAttempt(2), failedAttempt(3)];
    // Another transaction holds the row of one of the two sagas.
    await holder.query('begin');
    await holder.query('select from sagas where id = $1 for update', [contested.sagaId]);
    for (const one of [start, begun]) timeline.writer.enqueue(saga, one);
    for (const attempt of attempts) {
      timeline.writer.enqueue(saga, attempt);
      timeline.writer.enqueue(contested, attempt);
      await killWaitingConnection();
    }
    await holder.query('commit');
    await waitForFacts(contested, 1 + attempts.length);
    await flush(timeline);
    expect(await factsOf(saga)).toEqual([start, begun, ...attempts]);
  });

  it('that two deliveries of a saga to one worker made at the same time is stored once', async () => {
    const saga = newSaga();
    const [start, begun] = createFacts();
    const [first, last] = [failedAttempt(1), failedAttempt(2)];
    const attempts = [first, { ...first, key: 'attempt-of-the-other' }, last];
    for (const one of [start, begun, ...attempts]) timeline.writer.enqueue(saga, one);
    await flush(timeline);
    // Another writer knows only what is stored.
    other.writer.enqueue(saga, { ...last, key: 'attempt-of-another-worker' });
    await flush(other);
    expect(await factsOf(saga)).toEqual([start, begun, first, last]);
  });

  it('that comes after the end of its saga is not stored', async () => {
    const saga = newSaga();
    const facts = createFacts();
    await timeline.writer.record(saga, facts);
    other.writer.enqueue(saga, failedAttempt(4, step('hold', 'undo')));
    await flush(other);
    expect(await factsOf(saga)).toEqual(facts);
  });

  it('that comes after the end of its step, from a worker that was replaced, is not stored', async () => {
    const saga = newSaga();
    const facts = createFacts();
    for (const one of facts.slice(0, 6)) timeline.writer.enqueue(saga, one);
    await waitForFacts(saga, 6);
    other.writer.enqueue(saga, failedAttempt(5));
    await flush(other);
    await timeline.writer.record(saga, facts);
    expect(await factsOf(saga)).toEqual(facts);
  });
});

describe('the facts of a saga', () => {
  it('are stored in order of time, also when one comes late or from a clock that is behind', async () => {
    const saga = newSaga();
    const [start, begun, ended, ...rest] = createFacts();
    const attempts = [failedAttempt(6, { at: start.at + 9 }), failedAttempt(7, { at: start.at + 5 })] as const;
    timeline.writer.enqueue(saga, start);
    timeline.writer.enqueue(saga, begun);
    timeline.writer.enqueue(saga, attempts[0]);
    await waitForFacts(saga, 3);
    other.writer.enqueue(saga, attempts[1]);
    await waitForFacts(saga, 4);
    await timeline.writer.record(saga, [start, begun, ended, ...rest]);
    const times = (await factsOf(saga)).map(({ at }) => at);
    expect(times).toEqual(times.toSorted((a, b) => a - b));
    expect(times.slice(2, 5)).toEqual([start.at + 9, start.at + 9, start.at + 9]);
  });
});
