/** Wakes a loop that waits for work. A call of `wake` while the loop works is not lost: its next wait ends immediately. */
export class Wakeup {
  private isPending = false;
  private resolve: (() => void) | undefined;

  wake(): void {
    this.isPending = true;
    this.resolve?.();
  }

  /** Resolves when `wake` was called since the last wait, after `ms` milliseconds, and when the signal aborts. */
  async wait(ms: number, signal: AbortSignal): Promise<void> {
    if (!this.isPending && !signal.aborted) {
      const { promise, resolve } = Promise.withResolvers<void>();
      const timer = setTimeout(resolve, ms);
      const onAbort = (): void => resolve();
      signal.addEventListener('abort', onAbort, { once: true });
      this.resolve = resolve;
      await promise;
      this.resolve = undefined;
      clearTimeout(timer);
      signal.removeEventListener('abort', onAbort);
    }
    this.isPending = false;
  }
}
