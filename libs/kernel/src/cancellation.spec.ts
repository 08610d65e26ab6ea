import { EventEmitter, getEventListeners } from 'node:events';
import { describe, expect, it, jest } from '@jest/globals';
import { Cancellation, ClientDisconnect, Deadline, rejectOnCancel } from './cancellation.js';

describe('a cancellation', () => {
  it('calls its listeners once, with the first reason', () => {
    const cancellation = new Cancellation();
    const [listener, removed] = [jest.fn(), jest.fn()];
    cancellation.addEventListener('abort', listener);
    cancellation.addEventListener('abort', removed);
    cancellation.removeEventListener('abort', removed);
    cancellation.cancel(new Error('first'));
    cancellation.cancel(new Error('second'));
    expect(listener).toHaveBeenCalledTimes(1);
    expect(removed).not.toHaveBeenCalled();
    expect(cancellation).toMatchObject({ aborted: true, reason: new Error('first') });
  });

  it('is a signal of the platform, before it aborts and after', () => {
    const cancellation = new Cancellation();
    const before = cancellation.toAbortSignal();
    expect(before.aborted).toBe(false);
    cancellation.cancel(new Error('enough'));
    expect([before, cancellation.toAbortSignal()].map(({ reason }) => reason as unknown)).toEqual([
      new Error('enough'),
      new Error('enough'),
    ]);
  });
});

describe('a deadline', () => {
  it('expires at its time', async () => {
    const deadline = new Deadline(Date.now() + 5);
    const passed = new Promise((resolve) => deadline.addEventListener('abort', () => resolve(deadline.expired)));
    // Its timer keeps no process alive.
    const alive = setTimeout(() => undefined, 1_000);
    expect(await passed).toBe(true);
    clearTimeout(alive);
  });

  it("ends earlier when its caller's signal aborts, also when that was before", () => {
    const caller = new AbortController();
    const deadline = new Deadline(Date.now() + 60_000, caller.signal);
    caller.abort(new Error('left'));
    const late = new Deadline(Date.now() + 60_000, caller.signal);
    for (const one of [deadline, late]) {
      expect(one).toMatchObject({ aborted: true, expired: false, reason: new Error('left') });
      one.release();
    }
  });

  it("leaves no listener on its caller's signal when it is released", () => {
    const caller = new AbortController();
    new Deadline(Date.now() + 60_000, caller.signal).release();
    expect(getEventListeners(caller.signal, 'abort')).toEqual([]);
  });
});

describe("a client's disconnect", () => {
  it.each([
    ['cancels when the connection closes before the response was sent', false, true],
    ['does not cancel once the response was sent', true, false],
  ])('%s', (_, writableFinished, aborted) => {
    const response = Object.assign(new EventEmitter(), { writableFinished });
    const disconnect = ClientDisconnect.watch(response);
    response.emit('close');
    expect(disconnect.aborted).toBe(aborted);
  });
});

describe('a promise that is rejected on cancel', () => {
  it('settles as it does while nothing is cancelled', async () => {
    const signal = new Cancellation();
    expect(await rejectOnCancel(Promise.resolve(1), signal)).toBe(1);
    await expect(rejectOnCancel(Promise.reject(new Error('own')), signal)).rejects.toThrow('own');
  });

  it('rejects with the reason, as an error, also when that came before', async () => {
    const signal = new Cancellation();
    const pending = rejectOnCancel(new Promise(() => undefined), signal);
    signal.cancel('enough');
    await expect(pending).rejects.toThrow('enough');
    await expect(rejectOnCancel(Promise.resolve(1), signal)).rejects.toThrow('enough');
  });
});
