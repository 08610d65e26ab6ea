import { beforeEach, describe, expect, it } from '@jest/globals';
import { Cancelled } from './durable-context.js';
import {
  broken,
  buy,
  Died,
  engine,
  head,
  look,
  no,
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
  it('completes when every step says yes, and asks each step once, under a key of its own', async () => {
    await expect(buy()).resolves.toEqual({ outcome: 'completed', result: 'bought tea' });
    expect(world.asked).toEqual([
      'look tea [Purchase/s-1/look/do]',
      'hold tea [Purchase/s-1/hold/do]',
      'pay tea [Purchase/s-1/pay/do]',
      'settle tea [Purchase/s-1/settle/do]',
      'send tea [Purchase/s-1/send/do]',
    ]);
  });

  it('undoes nothing when the first check says no', async () => {
    world.trouble.set('look tea', [no('CLOSED')]);
    await expect(buy()).resolves.toEqual({
      outcome: 'rejected',
      step: 'look',
      rejection: { code: 'CLOSED', message: 'CLOSED!', details: { left: 2 } },
    });
    expect(verbs()).toEqual(['look tea']);
  });

  it('undoes what was done, newest first, and the step that said no with it, each under a key of its own', async () => {
    world.trouble.set('pay tea', [no('DECLINED')]);
    await expect(buy()).resolves.toMatchObject({ outcome: 'rejected', step: 'pay', rejection: { code: 'DECLINED' } });
    expect(world.asked.slice(3)).toEqual([
      'undo pay tea (DECLINED) [Purchase/s-1/pay/undo]',
      'undo hold tea (DECLINED) [Purchase/s-1/hold/undo]',
    ]);
  });

  it('undoes everything when the pivot says no', async () => {
    world.trouble.set('settle tea', [no('TOO_LATE')]);
    await expect(buy()).resolves.toMatchObject({ outcome: 'rejected', step: 'settle' });
    expect(verbs().slice(4)).toEqual(['undo pay tea (TOO_LATE)', 'undo hold tea (TOO_LATE)']);
  });

  it('gives up a step after its patience, and undoes that step, too, for nobody knows whether it was done', async () => {
    world.trouble.set('hold tea', [broken, broken, broken]);
    await expect(buy()).resolves.toEqual({
      outcome: 'rejected',
      step: 'hold',
      rejection: { code: 'TIMED_OUT', message: 'It was tried for 7 s: Error: connection reset', details: {} },
    });
    expect(verbs()).toEqual(['look tea', 'hold tea', 'hold tea', 'hold tea', 'undo hold tea (TIMED_OUT)']);
  });

  it('gives up after its patience although the engine begins anew to be patient, and not without a last try', async () => {
    const beganAt = Date.now() - 8_000;
    world.trouble.set('look tea', [broken, broken]);
    await expect(executeSaga(purchase, execution(engine(), beganAt))).resolves.toMatchObject({
      ...{ outcome: 'rejected', step: 'look', rejection: { code: 'TIMED_OUT' } },
    });
    expect(verbs()).toEqual(['look tea']);
    world.reset();
    await expect(executeSaga(purchase, execution(engine(), beganAt))).resolves.toMatchObject({ outcome: 'completed' });
  });

  it('asks the pivot and what follows it for as long as it takes', async () => {
    world.trouble.set(
      'settle tea',
      Array.from({ length: 5 }, () => broken),
    );
    world.trouble.set(
      'send tea',
      Array.from({ length: 5 }, () => broken),
    );
    await expect(buy()).resolves.toMatchObject({ outcome: 'completed' });
    expect(verbs().filter((verb) => verb === 'settle tea')).toHaveLength(6);
    expect(verbs().filter((verb) => verb === 'send tea')).toHaveLength(6);
    expect(verbs().filter((verb) => verb.startsWith('undo'))).toEqual([]);
  });

  it('does not obey a no after the pivot: it is trouble, world.asked again until it is mended', async () => {
    world.trouble.set('send tea', [no('GONE'), no('GONE')]);
    await expect(buy()).resolves.toMatchObject({ outcome: 'completed' });
    expect(verbs().slice(4)).toEqual(['send tea', 'send tea', 'send tea']);
  });

  it('tries an undo for as long as it takes', async () => {
    world.trouble.set('pay tea', [no('DECLINED')]);
    world.trouble.set(
      'undo hold tea (DECLINED)',
      Array.from({ length: 5 }, () => broken),
    );
    await expect(buy()).resolves.toMatchObject({ outcome: 'rejected' });
    expect(verbs().filter((verb) => verb.startsWith('undo hold'))).toHaveLength(6);
  });

  it('undoes what was done when it is cancelled before the pivot', async () => {
    world.trouble.set('pay tea', [() => Promise.reject(new Cancelled())]);
    await expect(buy()).resolves.toMatchObject({ outcome: 'rejected', rejection: { code: 'CANCELLED' } });
    expect(verbs().slice(3)).toEqual(['undo pay tea (CANCELLED)', 'undo hold tea (CANCELLED)']);
  });

  it('completes when it is cancelled at the pivot or after it, or while it undoes: then it is too late', async () => {
    for (const verb of ['settle tea', 'send tea']) {
      world.trouble.set(verb, [() => Promise.reject(new Cancelled())]);
      await expect(buy()).resolves.toMatchObject({ outcome: 'completed' });
    }
    world.trouble.set('pay tea', [no('DECLINED')]);
    world.trouble.set('undo pay tea (DECLINED)', [() => Promise.reject(new Cancelled())]);
    await expect(buy()).resolves.toMatchObject({ outcome: 'rejected', rejection: { code: 'DECLINED' } });
    expect(verbs().slice(-2)).toEqual(['undo pay tea (DECLINED)', 'undo hold tea (DECLINED)']);
  });

  it('goes on where it stood when it is told again after a crash, at whatever step it died', async () => {
    const all = ['look tea', 'hold tea', 'pay tea', 'settle tea', 'send tea'];
    for (const [index, verb] of all.entries()) {
      const remembered: Memory = { entries: [] };
      world.asked = [];
      world.trouble.set(verb, [() => Promise.reject(new Died())]);
      await expect(buy(engine(remembered))).rejects.toThrow(Died);
      await expect(buy(engine(remembered))).resolves.toMatchObject({ outcome: 'completed' });
      // Only the step that it died in is world.asked twice, under the same key.
      expect(verbs()).toEqual([...all.slice(0, index + 1), ...all.slice(index)]);
      expect(new Set(world.asked.filter((line) => line.startsWith(verb))).size).toBe(1);
    }
  });

  it('goes on with its undo when it is told again after a crash', async () => {
    const remembered: Memory = { entries: [] };
    world.trouble.set('pay tea', [no('DECLINED')]);
    world.trouble.set('undo hold tea (DECLINED)', [() => Promise.reject(new Died())]);
    await expect(buy(engine(remembered))).rejects.toThrow(Died);
    world.asked = [];
    await expect(buy(engine(remembered))).resolves.toMatchObject({ outcome: 'rejected', step: 'pay' });
    expect(verbs()).toEqual(['undo hold tea (DECLINED)']);
  });

  it('lets a bug through and undoes nothing: the engine tells the story again once it is mended', async () => {
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
      'does what can be undone after its pivot',
      [pivot(settle), compensatable(step('hold'))],
      '"hold" (compensatable) after its pivot',
    ],
    ['checks after its pivot', [pivot(settle), check(look)], '"look" (check) after its pivot'],
    ['has what cannot be undone before its pivot', [retriable(send)], '"send" (retriable) before its pivot'],
  ])('is refused when it %s', async (_what, steps, message) => {
    const wrong = saga<World, string, null>({ ...head, name: 'Wrong' }, async (run, request) => {
      for (const each of steps) await run(each, request);
      return null;
    });
    await expect(executeSaga(wrong, execution(engine()))).rejects.toThrow(message);
  });
});
