import type { ExecutionResult } from 'graphql';

/** What `next` resolves with. */
type Next = IteratorResult<ExecutionResult, void>;

/** The results of one subscription. It can be ended from outside, even while the next result is awaited. */
export class SubscriptionResults implements AsyncIterableIterator<ExecutionResult, void, void> {
  private hasEnded = false;
  private error: Error | undefined;
  private pending: { readonly resolve: (next: Next) => void; readonly reject: (error: Error) => void } | undefined;

  constructor(
    private readonly source: AsyncIterator<ExecutionResult, void, void>,
    /** Called once, when the subscription ends for whatever reason. */
    private readonly onEnd: () => void,
  ) {}

  next(): Promise<Next> {
    if (this.hasEnded) return this.createLastResult();
    return new Promise((resolve, reject) => {
      this.pending = { resolve, reject };
      this.source.next().then(
        (next) => {
          if (next.done === true) this.finish();
          resolve(next);
        },
        (error: unknown) => {
          this.finish();
          reject(error instanceof Error ? error : new Error(String(error)));
        },
      );
    });
  }

  /** Ends the subscription, with an error or without. */
  end(error?: Error): void {
    if (this.hasEnded) return;
    this.error = error;
    this.finish();
    void this.source.return?.();
    const { pending } = this;
    if (pending) void this.createLastResult().then(pending.resolve, pending.reject);
  }

  return(): Promise<Next> {
    this.end();
    return this.createLastResult();
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  private finish(): void {
    if (this.hasEnded) return;
    this.hasEnded = true;
    this.onEnd();
  }

  /** The error is thrown once; after that there are no more results. */
  private createLastResult(): Promise<Next> {
    const { error } = this;
    this.error = undefined;
    return error ? Promise.reject(error) : Promise.resolve({ done: true, value: undefined });
  }
}
