/**
 * When a call ends at the latest: at its deadline, or when nobody needs its answer any more. One timer and one listener:
 * composed signals of the platform cost many times as much, and there are several for each call.
 */
export class End {
  /** True when the deadline has passed. */
  late = false;
  private readonly controller = new AbortController();
  private readonly timer: ReturnType<typeof setTimeout>;

  constructor(
    /** Milliseconds since the epoch. */
    readonly deadline: number,
    /** Aborts when nobody needs the answer any more: then the downstream is not to blame. */
    readonly cancel?: AbortSignal,
  ) {
    this.timer = setTimeout(this.expire, Math.max(0, deadline - Date.now()));
    this.timer.unref();
    if (cancel?.aborted) this.leave();
    else cancel?.addEventListener('abort', this.leave, { once: true });
  }

  /** Aborts in either case. */
  get signal(): AbortSignal {
    return this.controller.signal;
  }

  /** To be called once the call has ended. */
  release(): void {
    clearTimeout(this.timer);
    this.cancel?.removeEventListener('abort', this.leave);
  }

  private readonly expire = (): void => {
    this.late = true;
    this.controller.abort(new Error('The deadline has passed'));
  };

  private readonly leave = (): void => {
    this.controller.abort(this.cancel?.reason);
  };
}
