import { Cancellation } from './cancellation.js';
import type { CancelSignal } from './cancellation.js';
import { isPromise } from './is-promise.js';
import type { MaybePromise } from './is-promise.js';

/**
 * Coalesces equal calls: while one is in flight, others with its key wait for it instead of making their own. It is cancelled
 * when the last caller has left. A call that has settled cannot be joined: a later caller makes a new one.
 */
export class InFlight<T> {
  private readonly calls = new Map<string, SharedCall<T>>();

  /** The call in flight with this key. */
  get(key: string): SharedCall<T> | undefined {
    return this.calls.get(key);
  }

  /**
   * Joins the call in flight with this key, or makes it. `call` is given the signal that cancels it for all; `signal` is that of
   * this caller alone. A call whose result is available immediately is never in flight.
   */
  join(key: string, call: (signal: CancelSignal) => Promise<T>, signal: CancelSignal | undefined): Promise<T>;
  join(key: string, call: (signal: CancelSignal) => MaybePromise<T>, signal: CancelSignal | undefined): MaybePromise<T>;
  join(
    key: string,
    call: (signal: CancelSignal) => MaybePromise<T>,
    signal: CancelSignal | undefined,
  ): MaybePromise<T> {
    const inFlight = this.calls.get(key);
    if (inFlight) return inFlight.join(signal);
    const shared = new SharedCall<T>(() => this.calls.delete(key));
    const result = call(shared);
    if (!isPromise(result)) return result;
    this.calls.set(key, shared);
    shared.start(result);
    return shared.join(signal);
  }
}

/** One call, the number of its callers, and the signal that cancels it. */
export class SharedCall<T> extends Cancellation {
  private callers = 0;
  /** Take the listeners off the signals of the callers, which may live much longer than the call. */
  private readonly releases: (() => void)[] = [];
  private result: Promise<T> | undefined;

  constructor(private readonly onSettled: () => void) {
    super();
  }

  start(result: Promise<T>): void {
    this.result = result;
    const settle = (): void => this.settle();
    result.then(settle, settle);
  }

  /** The result, for one more caller, who leaves when `signal` aborts. The promise itself does not follow that signal. */
  join(signal: CancelSignal | undefined): Promise<T> {
    if (!this.result) throw new Error('A call that has settled cannot be joined: make a new one');
    const { result } = this;
    this.callers += 1;
    // The caller may have left while its key was computed.
    if (signal?.aborted) this.leave();
    else if (signal) this.leaveOn(signal);
    return result;
  }

  private leaveOn(signal: CancelSignal): void {
    const leave = (): void => this.leave();
    signal.addEventListener('abort', leave);
    this.releases.push(() => signal.removeEventListener('abort', leave));
  }

  private leave(): void {
    this.callers -= 1;
    if (this.callers > 0 || !this.result) return;
    this.cancel(new Error('No caller waits for the result any more'));
    this.settle();
  }

  private settle(): void {
    if (!this.result) return;
    // The Map that held this call may keep it in memory until its table is rebuilt: the result must not stay with it.
    this.result = undefined;
    this.removeAllListeners();
    for (const release of this.releases.splice(0)) release();
    this.onSettled();
  }
}
