import { describe, expect, it } from '@jest/globals';
import { Cancellation } from './cancellation.js';
import type { CancelSignal } from './cancellation.js';
import { InFlight } from './in-flight.js';

/** Calls that settle when the test says so. */
function setUp() {
  const calls: { readonly signal: CancelSignal; readonly settle: (text: string) => void }[] = [];
  const inFlight = new InFlight<string>();
  const join = (key: string, caller?: CancelSignal): Promise<string> =>
    inFlight.join(key, (signal) => new Promise<string>((settle) => calls.push({ signal, settle })), caller);
  return { calls, inFlight, join };
}

describe('equal calls in flight', () => {
  it('are one; after it has settled the next is another', async () => {
    const { calls, join } = setUp();
    const both = Promise.all([join('a'), join('a')]);
    calls[0]?.settle('first');
    expect(await both).toEqual(['first', 'first']);
    const later = join('a');
    calls[1]?.settle('second');
    expect(await later).toBe('second');
    expect(calls).toHaveLength(2);
  });

  it('are none when their keys differ', () => {
    const { calls, join } = setUp();
    void join('a');
    void join('b');
    expect(calls).toHaveLength(2);
  });

  it('are none when the result is there immediately', async () => {
    const { inFlight } = setUp();
    expect(inFlight.join('a', () => 'immediately', undefined)).toBe('immediately');
    expect(inFlight.get('a')).toBeUndefined();
    expect(await inFlight.join('a', () => Promise.resolve('later'), undefined)).toBe('later');
  });

  it('are cancelled when the last caller has left, and not before; the next caller makes a new one', async () => {
    const { calls, join } = setUp();
    const [one, two] = [new Cancellation(), new Cancellation()];
    const left = [join('a', one), join('a', two)];
    one.cancel(new Error('left'));
    expect(calls[0]?.signal.aborted).toBe(false);
    two.cancel(new Error('left'));
    expect(calls[0]?.signal.aborted).toBe(true);
    const later = join('a');
    calls[0]?.settle('too late');
    await Promise.all(left);
    const beside = join('a');
    calls[1]?.settle('later');
    expect(await Promise.all([later, beside])).toEqual(['later', 'later']);
    expect(calls).toHaveLength(2);
  });

  it('are cancelled immediately for a caller who left before', () => {
    const { calls, join } = setUp();
    const caller = new Cancellation();
    caller.cancel(new Error('left'));
    void join('a', caller);
    expect(calls[0]?.signal.aborted).toBe(true);
    void join('a');
    expect(calls).toHaveLength(2);
  });

  it('are not cancelled, and cannot be joined, once they have settled', async () => {
    const { calls, inFlight, join } = setUp();
    const caller = new Cancellation();
    const result = join('a', caller);
    const call = inFlight.get('a');
    calls[0]?.settle('text');
    await result;
    caller.cancel(new Error('left'));
    expect(calls[0]?.signal.aborted).toBe(false);
    expect(() => call?.join(undefined)).toThrow('A call that has settled cannot be joined');
  });
});
