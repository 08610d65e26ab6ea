import { beforeEach, describe, expect, it } from '@jest/globals';
import { Cancelled } from './durable-context.js';
import {
  fail,
  buy,
  Died,
  engine,
  head,
  look,
  reject,
  purchase,
  send,
  settle,
  step,
  execution,
  verbs,
  world,
} from './purchase.fixture.js';
import type { Memory, World } from './purchase.fixture.js';
import { saga } from './saga.js';
import { check, compensatable, pivot, retriable } from './step.js';
import { executeSaga } from './execute-saga.js';

beforeEach(() => world.reset());

describe('a saga', () => {
  it('completes when every step succeeds, and calls each step once, under a key of its own', async () => {
    await expect(buy()).resolves.toEqual({ outcome: 'completed', result: 'bought tea' });
    expect(world.asked).toEqual([
      'look tea [Purchase/s-1/look/do]',
      'hold tea [Purchase/s-1/hold/do]',
      'pay tea [Purchase/s-1/pay/do]',
      'settle tea [Purchase/s-1/settle/do]',
      'send tea [Purchase/s-1/send/do]',
    ]);
  });

  it('undoes nothing when the first check is rejected', async () => {
    world.failures.set('look tea', [reject('CLOSED')]);
    await expect(buy()).resolves.toEqual({
      outcome: 'rejected',
      step: 'look',
      rejection: { code: 'CLOSED', message: 'CLOSED!', details: { left: 2 } },
    });
    expect(verbs()).toEqual(['look tea']);
  });

  it('undoes what was done, newest first, including the rejected step, each under a key of its own', async () => {
    world.failures.set('pay tea', [reject('DECLINED')]);
    await expect(buy()).resolves.toMatchObject({ outcome: 'rejected', step: 'pay', rejection: { code: 'DECLINED' } });
    expect(world.asked.slice(3)).toEqual([
      'undo pay tea (DECLINED) [Purchase/s-1/pay/undo]',
      'undo hold tea (DECLINED) [Purchase/s-1/hold/undo]',
    ]);
  });

  it('undoes everything when the pivot is rejected', async () => {
    world.failures.set('settle tea', [reject('TOO_LATE')]);
    await expect(buy()).resolves.toMatchObject({ outcome: 'rejected', step: 'settle' });
    expect(verbs().slice(4)).toEqual(['undo pay tea (TOO_LATE)', 'undo hold tea (TOO_LATE)']);
  });

  it('gives up on a step after its retryFor, and undoes it, too, because it may have taken effect', async () => {
    world.failures.set('hold tea', [fail, fail, fail]);
    await expect(buy()).resolves.toEqual({
      outcome: 'rejected',
      step: 'hold',
      rejection: { code: 'TIMED_OUT', message: 'It was tried for 7 s: Error: connection reset', details: {} },
    });
    expect(verbs()).toEqual(['look tea', 'hold tea', 'hold tea', 'hold tea', 'undo hold tea (TIMED_OUT)']);
  });

  it('gives up after retryFor although the engine counts its retries from the start, and not without a last attempt', async () => {
    const beganAt = Date.now() - 8_000;
    world.failures.set('look tea', [fail, fail]);
    await expect(executeSaga(purchase, execution(engine(), beganAt))).resolves.toMatchObject({
      outcome: 'rejected',
      step: 'look',
      rejection: { code: 'TIMED_OUT' },
    });
    expect(verbs()).toEqual(['look tea']);
    world.reset();
    await expect(executeSaga(purchase, execution(engine(), beganAt))).resolves.toMatchObject({ outcome: 'completed' });
  });

  it('retries the pivot and the steps after it until they succeed', async () => {
    world.failures.set(
      'settle tea',
      Array.from({ length: 5 }, () => fail),
    );
    world.failures.set(
      'send tea',
      Array.from({ length: 5 }, () => fail),
    );
    await expect(buy()).resolves.toMatchObject({ outcome: 'completed' });
    expect(verbs().filter((verb) => verb === 'settle tea')).toHaveLength(6);
    expect(verbs().filter((verb) => verb === 'send tea')).toHaveLength(6);
    expect(verbs().filter((verb) => verb.startsWith('undo'))).toEqual([]);
  });

  it('retries a step that is rejected after the pivot until it succeeds', async () => {
    world.failures.set('send tea', [reject('GONE'), reject('GONE')]);
    await expect(buy()).resolves.toMatchObject({ outcome: 'completed' });
    expect(verbs().slice(4)).toEqual(['send tea', 'send tea', 'send tea']);
  });

  it('retries an undo until it succeeds', async () => {
    world.failures.set('pay tea', [reject('DECLINED')]);
    world.failures.set(
      'undo hold tea (DECLINED)',
      Array.from({ length: 5 }, () => fail),
    );
    await expect(buy()).resolves.toMatchObject({ outcome: 'rejected' });
    expect(verbs().filter((verb) => verb.startsWith('undo hold'))).toHaveLength(6);
  });

  it('undoes what was done when it is cancelled before the pivot', async () => {
    world.failures.set('pay tea', [() => Promise.reject(new Cancelled())]);
    await expect(buy()).resolves.toMatchObject({ outcome: 'rejected', rejection: { code: 'CANCELLED' } });
    expect(verbs().slice(3)).toEqual(['undo pay tea (CANCELLED)', 'undo hold tea (CANCELLED)']);
  });

  it('ignores a cancellation at the pivot, after it, or while it undoes: it is too late', async () => {
    for (const verb of ['settle tea', 'send tea']) {
      world.failures.set(verb, [() => Promise.reject(new Cancelled())]);
      await expect(buy()).resolves.toMatchObject({ outcome: 'completed' });
    }
    world.failures.set('pay tea', [reject('DECLINED')]);
    world.failures.set('undo pay tea (DECLINED)', [() => Promise.reject(new Cancelled())]);
    await expect(buy()).resolves.toMatchObject({ outcome: 'rejected', rejection: { code: 'DECLINED' } });
    expect(verbs().slice(-2)).toEqual(['undo pay tea (DECLINED)', 'undo hold tea (DECLINED)']);
  });

  it('continues where it was when it is replayed after a crash, whatever step it died in', async () => {
    const all = ['look tea', 'hold tea', 'pay tea', 'settle tea', 'send tea'];
    for (const [index, verb] of all.entries()) {
      const memory: Memory = { entries: [] };
      world.asked = [];
      world.failures.set(verb, [() => Promise.reject(new Died())]);
      await expect(buy(engine(memory))).rejects.toThrow(Died);
      await expect(buy(engine(memory))).resolves.toMatchObject({ outcome: 'completed' });
      // Only the step that it died in is called twice, under the same key.
      expect(verbs()).toEqual([...all.slice(0, index + 1), ...all.slice(index)]);
      expect(new Set(world.asked.filter((line) => line.startsWith(verb))).size).toBe(1);
    }
  });

  it('continues its undo when it is replayed after a crash', async () => {
    const memory: Memory = { entries: [] };
    world.failures.set('pay tea', [reject('DECLINED')]);
    world.failures.set('undo hold tea (DECLINED)', [() => Promise.reject(new Died())]);
    await expect(buy(engine(memory))).rejects.toThrow(Died);
    world.asked = [];
    await expect(buy(engine(memory))).resolves.toMatchObject({ outcome: 'rejected', step: 'pay' });
    expect(verbs()).toEqual(['undo hold tea (DECLINED)']);
  });

  it('lets a bug through and undoes nothing: the engine replays the story once the bug is fixed', async () => {
    const buggy = saga<World, string, string>({ ...head, name: 'Buggy' }, async (run, request) => {
      await run(compensatable(step('hold')), request);
      throw new TypeError('a bug');
    });
    await expect(executeSaga(buggy, execution(engine()))).rejects.toThrow('a bug');
    expect(verbs()).toEqual(['hold tea']);
  });

  it.each([
    ['runs a step twice', [compensatable(step('hold')), compensatable(step('hold'))], 'runs "hold" twice'],
    [
      'has a compensatable step after its pivot',
      [pivot(settle), compensatable(step('hold'))],
      '"hold" (compensatable) after its pivot',
    ],
    ['has a check after its pivot', [pivot(settle), check(look)], '"look" (check) after its pivot'],
    ['has a retriable step before its pivot', [retriable(send)], '"send" (retriable) before its pivot'],
  ])('fails when it %s', async (_what, steps, message) => {
    const wrong = saga<World, string, null>({ ...head, name: 'Wrong' }, async (run, request) => {
      for (const each of steps) await run(each, request);
      return null;
    });
    await expect(executeSaga(wrong, execution(engine()))).rejects.toThrow(message);
  });
});
