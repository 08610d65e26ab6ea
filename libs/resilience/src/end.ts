import type { GenericAbortSignal } from 'axios';

/**
 * When a call ends at the latest: at its deadline, or when nobody needs its answer any more. It is a signal itself, of the
 * kind that axios takes: one timer and one listener, where composed signals of the platform cost many times as much.
 */
export class End implements GenericAbortSignal {
  aborted = false;
  /** Why it was over; undefined until it is. */
  reason: unknown;
  /** True when the deadline has passed. */
  late = false;
  private readonly timer: ReturnType<typeof setTimeout>;
  private listeners: (() => void)[] = [];

  constructor(
    /** Milliseconds since the epoch. */
    readonly deadline: number,
    /** Aborts when nobody needs the answer any more: then the downstream is not to blame. */
    readonly cancel?: Cancelling,
  ) {
    this.timer = setTimeout(expire, Math.max(0, deadline - Date.now()), this);
    this.timer.unref();
    if (cancel?.aborted) this.leave();
    else cancel?.addEventListener('abort', this.leave);
  }

  addEventListener(_: 'abort', listener: () => void): void {
    this.listeners.push(listener);
  }

  removeEventListener(_: 'abort', listener: () => void): void {
    this.listeners = this.listeners.filter((one) => one !== listener);
  }

  /** The same, for what takes nothing but a signal of the platform. */
  signal(): AbortSignal {
    const controller = new AbortController();
    if (this.aborted) controller.abort(this.reason);
    else this.listeners.push(() => controller.abort(this.reason));
    return controller.signal;
  }

  /** To be called once the call has ended. */
  release(): void {
    clearTimeout(this.timer);
    this.cancel?.removeEventListener('abort', this.leave);
  }

  /** To be called when the deadline has passed. */
  expire(): void {
    this.late = true;
    this.abort(new Error('The deadline has passed'));
  }

  private readonly leave = (): void => {
    this.abort(this.cancel?.reason);
  };

  private abort(reason: unknown): void {
    this.aborted = true;
    this.reason = reason;
    for (const listener of this.listeners) listener();
  }
}

function expire(end: End): void {
  end.expire();
}

/** What tells that an answer is not needed any more: a signal of the platform, or another end. */
export interface Cancelling {
  readonly aborted: boolean;
  readonly reason?: unknown;
  addEventListener(type: 'abort', listener: () => void): void;
  removeEventListener(type: 'abort', listener: () => void): void;
}

/** What the promise comes to, unless the end comes first: then it rejects with the end's reason. */
export function unlessOver<T>(promise: Promise<T>, end: Cancelling): Promise<T> {
  return new Promise((resolve, reject) => {
    // Who cancels a call says why in an error.
    const over = (): void => {
      reject(end.reason instanceof Error ? end.reason : new Error(String(end.reason)));
    };
    if (end.aborted) return over();
    end.addEventListener('abort', over);
    promise.then(
      (value) => {
        end.removeEventListener('abort', over);
        resolve(value);
      },
      (error: unknown) => {
        end.removeEventListener('abort', over);
        reject(error instanceof Error ? error : new Error(String(error)));
      },
    );
  });
}
