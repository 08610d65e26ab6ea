import { setTimeout as sleep } from 'node:timers/promises';
import { beforeEach, describe, expect, it } from '@jest/globals';
import { PrefetchedCheck } from './prefetched-check.js';
import {
  fail,
  buy,
  engine,
  head,
  reject,
  purchase,
  settle,
  step,
  execution,
  verbs,
  world,
} from './purchase.fixture.js';
import type { Memory, World } from './purchase.fixture.js';
import { saga } from './saga.js';
import type { Saga } from './saga.js';
import { check, pivot } from './step.js';
import { executeSaga } from './execute-saga.js';

beforeEach(() => world.reset());

/** Begins and executes a saga in one process; returns the result of the check, and what the engine journaled. */
async function runSaga(one: Saga<World, string, string> = purchase, memory: Memory = { entries: [] }) {
  const prefetched = new PrefetchedCheck();
  const { context, onFact, ...rest } = execution(engine(memory));
  const result = await prefetched.prefetch(one, rest, context.retryTimeoutFactor);
  const askedBefore = verbs();
  const outcome = await executeSaga(one, { ...rest, context: prefetched.resume(context, result, onFact), onFact });
  return { result, askedBefore, outcome, journal: memory.entries.map(({ name }) => name) };
}

const factsOf = (facts = world.facts) =>
  facts.map(({ kind, step: name, result, error }) => [kind, name, result, error?.code ?? null]);

describe('the beginning of a saga', () => {
  it('journals the result of a first check, which then has no entry of its own, and runs it once', async () => {
    const { result, askedBefore, journal, outcome } = await runSaga();
    expect(result).toMatchObject({ value: { value: 'look tea done' } });
    expect(askedBefore).toEqual(['look tea']);
    expect(journal).toEqual(['hold', 'pay', 'settle', 'send']);
    expect(outcome).toEqual({ outcome: 'completed', result: 'bought tea' });
    expect(verbs()).toEqual(['look tea', 'hold tea', 'pay tea', 'settle tea', 'send tea']);
  });

  it('makes no difference to the facts of the saga', async () => {
    await runSaga();
    const withPrefetch = factsOf();
    world.reset();
    await buy();
    expect(withPrefetch).toEqual(factsOf());
  });

  it('journals a rejection, too: the saga ends with it', async () => {
    world.failures.set('look tea', [reject('SOLD_OUT')]);
    const { outcome, journal } = await runSaga();
    expect(outcome).toMatchObject({ outcome: 'rejected', step: 'look', rejection: { code: 'SOLD_OUT' } });
    expect(journal).toEqual([]);
    expect(verbs()).toEqual(['look tea']);
  });

  it('takes the journaled result, and runs nothing again, when another process continues', async () => {
    const rest = { ...execution(engine()) };
    const result = await new PrefetchedCheck().prefetch(purchase, rest, 1);
    world.reset();
    const memory: Memory = { entries: [] };
    const { onFact } = rest;
    const context = new PrefetchedCheck().resume(engine(memory), JSON.parse(JSON.stringify(result)), onFact);
    await executeSaga(purchase, { ...rest, context });
    expect(verbs()).toEqual(['hold tea', 'pay tea', 'settle tea', 'send tea']);
    expect(factsOf().slice(0, 3)).toEqual([
      ['STARTED', null, null, null],
      ['STEP_STARTED', 'look', null, null],
      ['STEP_ENDED', 'look', 'DONE', null],
    ]);
  });

  it('leaves an error to the step, as its first attempt', async () => {
    world.failures.set('look tea', [fail]);
    const { result, journal, outcome } = await runSaga();
    expect(result).toBeUndefined();
    expect(journal).toEqual(['look', 'hold', 'pay', 'settle', 'send']);
    expect(outcome.outcome).toBe('completed');
    expect(verbs().slice(0, 3)).toEqual(['look tea', 'look tea', 'hold tea']);
    expect(factsOf().slice(0, 4)).toEqual([
      ['STARTED', null, null, null],
      ['STEP_STARTED', 'look', null, null],
      ['ATTEMPT_FAILED', 'look', null, 'TROUBLE'],
      ['STEP_ENDED', 'look', 'DONE', null],
    ]);
  });

  it.each([
    ['a result', () => sleep(250, 'late' as never), ['look tea', 'hold tea'], ['STEP_ENDED', 'look', 'DONE', null]],
    [
      'an error',
      async () => {
        await sleep(250);
        return fail();
      },
      ['look tea', 'look tea'],
      ['ATTEMPT_FAILED', 'look', null, 'TROUBLE'],
    ],
  ])('does not wait long, and the step waits for the same attempt: %s', async (_, late, asked, third) => {
    world.failures.set('look tea', [late]);
    const { result, journal } = await runSaga();
    expect(result).toBeUndefined();
    expect(journal[0]).toBe('look');
    expect(verbs().slice(0, 2)).toEqual(asked);
    expect(factsOf()[2]).toEqual(third);
  });

  it('runs nothing when the first step is no check', async () => {
    const sale = saga<World, string, string>({ ...head, name: 'Sale' }, async (run, request) => {
      await run(pivot(settle), request);
      return 'sold';
    });
    const { result, askedBefore, journal } = await runSaga(sale);
    expect(result).toBeUndefined();
    expect(askedBefore).toEqual([]);
    expect(journal).toEqual(['settle']);
  });

  it('leaves a faulty story to its execution', async () => {
    const { undo: _, ...look } = step('look');
    const wrong = saga<World, string, string>({ ...head, name: 'Wrong' }, async (run, request) => {
      if (request === 'tea') throw new Error('no tea');
      await run(check(look), request);
      return 'sold';
    });
    await expect(runSaga(wrong)).rejects.toThrow('no tea');
  });
});
