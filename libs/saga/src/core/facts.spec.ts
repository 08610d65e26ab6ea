import { setTimeout as sleep } from 'node:timers/promises';
import { beforeEach, describe, expect, it } from '@jest/globals';
import { Cancelled } from './durable-context.js';
import { isReplayed } from './fact.js';
import type { Decision } from './fact.js';
import { fail, buy, Died, engine, reject, purchase, execution, verbs, world } from './purchase.fixture.js';
import type { Memory } from './purchase.fixture.js';
import { executeSaga } from './execute-saga.js';

beforeEach(() => world.reset());

/** The facts so far, a line each. */
const lines = () =>
  world.facts.map(({ kind, step, direction, result, error, decision, outcome }) =>
    [kind, direction === 'undo' ? `undo ${step}` : step, result, error?.code, decision?.action, outcome]
      .filter((part) => part !== null && part !== undefined)
      .join(' '),
  );

describe('the facts of a saga', () => {
  it('hold every step, attempt and undo, in order', async () => {
    world.failures.set('hold tea', [fail]);
    world.failures.set('pay tea', [reject('DECLINED')]);
    await buy();
    expect(lines()).toEqual([
      'STARTED',
      'STEP_STARTED look',
      'STEP_ENDED look DONE',
      'STEP_STARTED hold',
      'ATTEMPT_FAILED hold TROUBLE',
      'STEP_ENDED hold DONE',
      'STEP_STARTED pay',
      'STEP_ENDED pay REJECTED DECLINED',
      'STEP_STARTED undo pay',
      'STEP_ENDED undo pay DONE',
      'STEP_STARTED undo hold',
      'STEP_ENDED undo hold DONE',
      'ENDED pay DECLINED REJECTED',
    ]);
    expect(world.facts.find(({ kind }) => kind === 'ATTEMPT_FAILED')).toMatchObject({
      ms: expect.any(Number),
      error: { code: 'TROUBLE', message: 'connection reset' },
    });
  });

  it('are the same in a replay, to the millisecond, except failed attempts, which are recorded once', async () => {
    const memory: Memory = { entries: [] };
    const beganAt = Date.now();
    world.failures.set('pay tea', [() => sleep(20).then(() => Promise.reject(new Died()))]);
    await expect(executeSaga(purchase, execution(engine(memory), beganAt))).rejects.toThrow(Died);
    const before = world.facts.filter(isReplayed);
    world.facts = [];
    await executeSaga(purchase, execution(engine(memory), beganAt));
    expect(world.facts.slice(0, before.length)).toEqual(before);
    expect(new Set(world.facts.map(({ key }) => key)).size).toBe(world.facts.length);
  });

  it('never go back in time, also when the saga is cancelled in the middle of a step', async () => {
    world.failures.set('pay tea', [() => sleep(30).then(() => Promise.reject(new Cancelled('stop')))]);
    await buy();
    expect(lines()).toContain('STEP_ENDED pay GAVE_UP CANCELLED');
    const times = world.facts.map(({ at }) => at);
    expect(times).toEqual(times.toSorted((a, b) => a - b));
  });

  it('never go back in time when an operator decided while a step succeeded by itself', async () => {
    world.failures.set('send tea', [fail, fail, fail]);
    world.late = { action: 'RETRY', result: null, by: 'olga', why: 'because', at: Date.now() + 60_000 };
    await buy();
    const times = world.facts.map(({ at }) => at);
    expect(times).toEqual(times.toSorted((a, b) => a - b));
  });

  it('hold the messages of services only as far as a database accepts them', async () => {
    world.failures.set('look tea', [() => Promise.reject(new Error(`half \ud83d nul \0 ${'x'.repeat(2_000)}`))]);
    await buy();
    const { message = '' } = world.facts.find(({ kind }) => kind === 'ATTEMPT_FAILED')?.error ?? {};
    expect(message.isWellFormed()).toBe(true);
    expect(message).not.toContain('\0');
    expect(message.length).toBeLessThanOrEqual(500);
  });
});

describe('a saga that cannot continue by itself', () => {
  const forGood = () => Array.from({ length: 1_000 }, () => fail);
  const decide = (action: Decision['action'], result: unknown = null) =>
    world.decisions.push({ action, result, by: 'olga', why: 'because', at: Date.now() });

  beforeEach(() => {
    world.failures.set('pay tea', [reject('DECLINED')]);
    world.failures.set('undo pay tea (DECLINED)', forGood());
  });

  it('needs attention once, and continues by itself when the failure is over', async () => {
    world.failures.set('undo pay tea (DECLINED)', forGood().slice(0, 8));
    await expect(buy()).resolves.toMatchObject({ outcome: 'rejected' });
    expect(world.facts.filter(({ kind }) => kind === 'ATTENTION_NEEDED')).toEqual([
      expect.objectContaining({
        step: 'pay',
        direction: 'undo',
        can: ['RETRY', 'SKIP', 'COMPENSATE', 'CANCEL'],
        error: { code: 'STUCK', message: 'Error: connection reset' },
      }),
    ]);
  });

  it('records what an operator decided, also when the step succeeded by itself before that', async () => {
    world.failures.set('undo pay tea (DECLINED)', forGood().slice(0, 3));
    world.late = { action: 'SKIP', result: null, by: 'olga', why: 'because', at: Date.now() };
    await expect(buy()).resolves.toMatchObject({ outcome: 'rejected' });
    expect(lines().slice(-6, -3)).toEqual([
      'ATTENTION_NEEDED undo pay STUCK',
      'DECIDED undo pay SKIP',
      'STEP_ENDED undo pay DONE',
    ]);
  });

  it('RETRY: is retried immediately', async () => {
    world.failures.set('undo pay tea (DECLINED)', forGood().slice(0, 3));
    decide('RETRY');
    await expect(buy()).resolves.toMatchObject({ outcome: 'rejected' });
    expect(lines().slice(-6)).toEqual([
      'ATTENTION_NEEDED undo pay STUCK',
      'DECIDED undo pay RETRY',
      'STEP_ENDED undo pay DONE',
      'STEP_STARTED undo hold',
      'STEP_ENDED undo hold DONE',
      'ENDED pay DECLINED REJECTED',
    ]);
  });

  it('RETRY: needs attention again when that did not help', async () => {
    world.failures.set('undo pay tea (DECLINED)', forGood().slice(0, 6));
    decide('RETRY');
    await expect(buy()).resolves.toMatchObject({ outcome: 'rejected' });
    const news = lines().filter((one) => !one.startsWith('ATTEMPT_FAILED'));
    expect(news.slice(-7, -3)).toEqual([
      'ATTENTION_NEEDED undo pay STUCK',
      'DECIDED undo pay RETRY',
      'ATTENTION_NEEDED undo pay STUCK',
      'STEP_ENDED undo pay DONE',
    ]);
  });

  it('SKIP: takes the undo as done, and continues with the next', async () => {
    decide('SKIP');
    await expect(buy()).resolves.toMatchObject({ outcome: 'rejected' });
    expect(lines().slice(-5)).toEqual([
      'DECIDED undo pay SKIP',
      'STEP_ENDED undo pay SKIPPED',
      'STEP_STARTED undo hold',
      'STEP_ENDED undo hold DONE',
      'ENDED pay DECLINED REJECTED',
    ]);
  });

  it('COMPENSATE: undoes the others first, and comes back to it', async () => {
    decide('COMPENSATE');
    world.failures.set('undo pay tea (DECLINED)', forGood().slice(0, 3));
    await expect(buy()).resolves.toMatchObject({ outcome: 'rejected' });
    expect(lines().slice(-6)).toEqual([
      'DECIDED undo pay COMPENSATE',
      'STEP_STARTED undo hold',
      'STEP_ENDED undo hold DONE',
      'STEP_STARTED undo pay',
      'STEP_ENDED undo pay DONE',
      'ENDED pay DECLINED REJECTED',
    ]);
  });

  it('CANCEL: ends immediately, and records what was abandoned', async () => {
    decide('CANCEL');
    await expect(buy()).resolves.toMatchObject({ outcome: 'rejected' });
    expect(lines().slice(-4)).toEqual([
      'DECIDED undo pay CANCEL',
      'STEP_ENDED undo pay ABANDONED',
      'STEP_ENDED undo hold ABANDONED',
      'ENDED pay DECLINED REJECTED',
    ]);
    expect(verbs()).not.toContain('undo hold tea (DECLINED)');
  });

  it('after the pivot: a step is skipped with a result, or abandoned', async () => {
    world.failures.clear();
    world.failures.set('send tea', forGood());
    decide('SKIP', 'sent by hand');
    await expect(buy()).resolves.toMatchObject({ outcome: 'completed' });
    expect(lines().slice(-2)).toEqual(['STEP_ENDED send SKIPPED', 'ENDED COMPLETED']);
    world.failures.set('send tea', forGood());
    decide('CANCEL');
    await expect(buy()).resolves.toMatchObject({ outcome: 'completed' });
    expect(lines().slice(-2)).toEqual(['STEP_ENDED send ABANDONED', 'ENDED COMPLETED']);
  });
});

describe('a saga that takes longer than its deadline', () => {
  const late = (ms: number) => executeSaga(purchase, execution(engine(), Date.now() - ms));

  it('is rejected before its pivot, and what was done is undone', async () => {
    await expect(late(61_000)).resolves.toEqual({
      outcome: 'rejected',
      step: 'look',
      rejection: { code: 'TIMED_OUT', message: 'It took longer than 60 s.', details: {} },
    });
    expect(world.asked).toEqual([]);
  });

  it('is rejected at its pivot when the steps before it took too long, and the pivot is not called', async () => {
    world.failures.set('pay tea', [() => new Promise((resolve) => setTimeout(resolve, 60))]);
    await expect(late(59_950)).resolves.toMatchObject({
      outcome: 'rejected',
      step: 'settle',
      rejection: { code: 'TIMED_OUT' },
    });
    expect(verbs().slice(-2)).toEqual(['undo pay tea (TIMED_OUT)', 'undo hold tea (TIMED_OUT)']);
    expect(verbs()).not.toContain('settle tea');
  });
});
