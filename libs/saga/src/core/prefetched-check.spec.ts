import { setTimeout as sleep } from 'node:timers/promises';
import { beforeEach, describe, expect, it } from '@jest/globals';
import { PrefetchedCheck } from './prefetched-check.js';
import { broken, buy, engine, head, no, purchase, settle, step, execution, verbs, world } from './purchase.fixture.js';
import type { Memory, World } from './purchase.fixture.js';
import { saga } from './saga.js';
import type { Saga } from './saga.js';
import { check, pivot } from './step.js';
import { executeSaga } from './execute-saga.js';

beforeEach(() => world.reset());

/** Begins, and tells on in the same process; gives back what the beginning remembers, and what the engine does. */
async function begun(one: Saga<World, string, string> = purchase, memory: Memory = { entries: [] }) {
  const prefetched = new PrefetchedCheck();
  const { context, onFact, ...rest } = execution(engine(memory));
  const answer = await prefetched.prefetch(one, rest, context.retryTimeoutFactor);
  const askedBefore = verbs();
  const outcome = await executeSaga(one, { ...rest, context: prefetched.resume(context, answer, onFact), onFact });
  return { answer, askedBefore, outcome, told: memory.entries.map(({ name }) => name) };
}

const factsOf = (facts = world.facts) =>
  facts.map(({ kind, step: name, result, error }) => [kind, name, result, error?.code ?? null]);

describe('the beginning of a saga', () => {
  it('remembers what came of a first check, which is no entry of its own then, and asked once', async () => {
    const { answer, askedBefore, told, outcome } = await begun();
    expect(answer).toMatchObject({ value: { value: 'look tea done' } });
    expect(askedBefore).toEqual(['look tea']);
    expect(told).toEqual(['hold', 'pay', 'settle', 'send']);
    expect(outcome).toEqual({ outcome: 'completed', result: 'bought tea' });
    expect(verbs()).toEqual(['look tea', 'hold tea', 'pay tea', 'settle tea', 'send tea']);
  });

  it('makes no difference to what is told of the saga', async () => {
    await begun();
    const withOpening = factsOf();
    world.reset();
    await buy();
    expect(withOpening).toEqual(factsOf());
  });

  it('remembers a "no", too: the saga ends by it', async () => {
    world.trouble.set('look tea', [no('SOLD_OUT')]);
    const { outcome, told } = await begun();
    expect(outcome).toMatchObject({ outcome: 'rejected', step: 'look', rejection: { code: 'SOLD_OUT' } });
    expect(told).toEqual([]);
    expect(verbs()).toEqual(['look tea']);
  });

  it('tells the saga by what it remembers, and asks nothing again, when another process goes on', async () => {
    const rest = { ...execution(engine()) };
    const answer = await new PrefetchedCheck().prefetch(purchase, rest, 1);
    world.reset();
    const memory: Memory = { entries: [] };
    const { onFact } = rest;
    const context = new PrefetchedCheck().resume(engine(memory), JSON.parse(JSON.stringify(answer)), onFact);
    await executeSaga(purchase, { ...rest, context });
    expect(verbs()).toEqual(['hold tea', 'pay tea', 'settle tea', 'send tea']);
    expect(factsOf().slice(0, 3)).toEqual([
      ['STARTED', null, null, null],
      ['STEP_STARTED', 'look', null, null],
      ['STEP_ENDED', 'look', 'DONE', null],
    ]);
  });

  it('leaves trouble to the step, whose first try it was', async () => {
    world.trouble.set('look tea', [broken]);
    const { answer, told, outcome } = await begun();
    expect(answer).toBeUndefined();
    expect(told).toEqual(['look', 'hold', 'pay', 'settle', 'send']);
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
    ['an answer', () => sleep(250, 'late' as never), ['look tea', 'hold tea'], ['STEP_ENDED', 'look', 'DONE', null]],
    [
      'trouble',
      async () => {
        await sleep(250);
        return broken();
      },
      ['look tea', 'look tea'],
      ['ATTEMPT_FAILED', 'look', null, 'TROUBLE'],
    ],
  ])('does not wait long, and the step waits on for the same try: %s', async (_, late, asked, third) => {
    world.trouble.set('look tea', [late]);
    const { answer, told } = await begun();
    expect(answer).toBeUndefined();
    expect(told[0]).toBe('look');
    expect(verbs().slice(0, 2)).toEqual(asked);
    expect(factsOf()[2]).toEqual(third);
  });

  it('asks nothing when what comes first is no check', async () => {
    const sale = saga<World, string, string>({ ...head, name: 'Sale' }, async (run, request) => {
      await run(pivot(settle), request);
      return 'sold';
    });
    const { answer, askedBefore, told } = await begun(sale);
    expect(answer).toBeUndefined();
    expect(askedBefore).toEqual([]);
    expect(told).toEqual(['settle']);
  });

  it('leaves a story that is wrong to the execution', async () => {
    const { undo: _, ...look } = step('look');
    const wrong = saga<World, string, string>({ ...head, name: 'Wrong' }, async (run, request) => {
      if (request === 'tea') throw new Error('no tea');
      await run(check(look), request);
      return 'sold';
    });
    await expect(begun(wrong)).rejects.toThrow('no tea');
  });
});
