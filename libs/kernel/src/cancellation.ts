/**
 * Cancellation of calls, of the shape of the platform's AbortSignal but hand-made, because every downstream call of every page
 * needs one. A `Deadline` is one timer and one listener; `AbortSignal.any` with `AbortSignal.timeout` costs many times as much.
 * With an AbortController for each coalesced call a page took 19 % more CPU, with these classes 6 %. So keep them cheap: add no
 * closure, array or timer.
 */

/** What a listener sees of a cancellation. An AbortSignal is one, too. */
export interface CancelSignal {
  readonly aborted: boolean;
  /** Why; undefined until it has aborted. */
  readonly reason?: unknown;
  addEventListener(type: 'abort', listener: () => void): void;
  removeEventListener(type: 'abort', listener: () => void): void;
}

/** The source of a cancellation, and its signal in one object. */
export class Cancellation implements CancelSignal {
  aborted = false;
  reason: unknown;
  private listeners: (() => void)[] = [];

  addEventListener(_: 'abort', listener: () => void): void {
    this.listeners.push(listener);
  }

  removeEventListener(_: 'abort', listener: () => void): void {
    this.listeners = this.listeners.filter((one) => one !== listener);
  }

  removeAllListeners(): void {
    this.listeners = [];
  }

  /** Calls the listeners, once. The first reason counts. */
  cancel(reason: unknown): void {
    if (this.aborted) return;
    this.aborted = true;
    this.reason = reason;
    for (const listener of this.listeners) listener();
  }

  /** A signal of the platform, for an API that takes nothing else. */
  toAbortSignal(): AbortSignal {
    const controller = new AbortController();
    if (this.aborted) controller.abort(this.reason);
    else this.listeners.push(() => controller.abort(this.reason));
    return controller.signal;
  }
}

/** Cancels at a time, or earlier when the caller's own signal aborts. Call `release` when the call has settled. */
export class Deadline extends Cancellation {
  /** True when the time came first. */
  expired = false;
  private readonly timer: ReturnType<typeof setTimeout>;

  constructor(
    /** Milliseconds since the epoch. */
    readonly at: number,
    /** Aborts when the caller no longer needs the answer. */
    private readonly caller?: CancelSignal,
  ) {
    super();
    this.timer = setTimeout(expire, Math.max(0, at - Date.now()), this);
    this.timer.unref();
    if (caller?.aborted) this.follow();
    else caller?.addEventListener('abort', this.follow);
  }

  /** Stops the timer, and takes the listener off the caller's signal, which may live much longer. */
  release(): void {
    clearTimeout(this.timer);
    this.caller?.removeEventListener('abort', this.follow);
  }

  expire(): void {
    if (this.aborted) return;
    this.expired = true;
    this.cancel(new Error('The deadline has passed'));
  }

  private readonly follow = (): void => {
    this.cancel(this.caller?.reason);
  };
}

function expire(deadline: Deadline): void {
  deadline.expire();
}

/** The part of the platform's ServerResponse that is used here. */
export interface ClosableResponse {
  readonly writableFinished: boolean;
  once(event: 'close', listener: () => void): unknown;
}

/** Cancels when the client's connection closes before the response was sent: no one needs the calls made for it any more. */
export class ClientDisconnect extends Cancellation {
  static watch(response: ClosableResponse): ClientDisconnect {
    const disconnect = new ClientDisconnect();
    response.once('close', () => {
      if (!response.writableFinished) disconnect.cancel(new Error('The client closed the connection'));
    });
    return disconnect;
  }
}

/** Settles like the promise, unless the signal aborts first: then it rejects with the signal's reason, as an Error. */
export function rejectOnCancel<T>(promise: Promise<T>, signal: CancelSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const cancel = (): void => reject(toError(signal.reason));
    if (signal.aborted) return cancel();
    signal.addEventListener('abort', cancel);
    promise.then(
      (value) => {
        signal.removeEventListener('abort', cancel);
        resolve(value);
      },
      (error: unknown) => {
        signal.removeEventListener('abort', cancel);
        reject(toError(error));
      },
    );
  });
}

function toError(reason: unknown): Error {
  return reason instanceof Error ? reason : new Error(String(reason));
}
