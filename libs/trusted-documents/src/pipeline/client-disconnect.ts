import type { ServerResponse } from 'node:http';

/**
 * Aborts when a client goes before it was answered: nobody needs the calls any more that are made for it. A signal without the
 * platform's machinery, for every request has one.
 */
export class HangUp {
  aborted = false;
  reason: Error | undefined;
  private listeners: (() => void)[] = [];

  static of(response: ServerResponse): HangUp {
    const hangUp = new HangUp();
    response.once('close', () => {
      if (!response.writableFinished) hangUp.abort();
    });
    return hangUp;
  }

  addEventListener(_: 'abort', listener: () => void): void {
    this.listeners.push(listener);
  }

  removeEventListener(_: 'abort', listener: () => void): void {
    this.listeners = this.listeners.filter((one) => one !== listener);
  }

  /** Nobody is told any more. */
  forget(): void {
    this.listeners = [];
  }

  abort(): void {
    if (this.aborted) return;
    this.aborted = true;
    this.reason = new Error('The client has hung up');
    for (const listener of this.listeners) listener();
  }
}
