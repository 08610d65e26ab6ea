import type { ExecutionResult } from 'graphql';

/** What is waited for. */
type Next = IteratorResult<ExecutionResult, void>;

/** The results of one subscription, which can be ended from outside while the next is waited for. */
export class SubscriptionResults implements AsyncIterableIterator<ExecutionResult, void, void> {
  private isOver = false;
  private error: Error | undefined;
  private waiting: { readonly resolve: (next: Next) => void; readonly reject: (error: Error) => void } | undefined;

  constructor(
    private readonly source: AsyncIterator<ExecutionResult, void, void>,
    /** Called once, when it is over for whatever reason. */
    private readonly onOver: () => void,
  ) {}

  next(): Promise<Next> {
    if (this.isOver) return this.afterEnd();
    return new Promise((resolve, reject) => {
      this.waiting = { resolve, reject };
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

  /** Ends it, with an error or without. */
  end(error?: Error): void {
    if (this.isOver) return;
    this.error = error;
    this.finish();
    void this.source.return?.();
    const { waiting } = this;
    if (waiting) void this.afterEnd().then(waiting.resolve, waiting.reject);
  }

  return(): Promise<Next> {
    this.end();
    return this.afterEnd();
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  private finish(): void {
    if (this.isOver) return;
    this.isOver = true;
    this.onOver();
  }

  /** An error is told once. */
  private afterEnd(): Promise<Next> {
    const { error } = this;
    this.error = undefined;
    return error ? Promise.reject(error) : Promise.resolve({ done: true, value: undefined });
  }
}
