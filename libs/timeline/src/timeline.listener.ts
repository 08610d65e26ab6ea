import { Listener } from '@bff/database';
import { CHANNEL, formatKey } from './event-log.js';

/** Notifies callers who wait for new facts of a saga, whichever process stores them. */
export class TimelineListener {
  private readonly waiting = new Map<string, Set<() => void>>();
  private readonly listener: Listener;

  constructor(databaseUrl: string, onFailure: (error: unknown) => void) {
    this.listener = new Listener(databaseUrl, CHANNEL, {
      onNotification: (key) => this.wake(key),
      // Facts that came while the connection was down are found by reading again.
      onListening: () => this.wakeAll(),
      onError: onFailure,
    });
  }

  /** Resolves when a saga has new facts, at the latest after `waitMs` milliseconds, and when the signal aborts. */
  waitForFacts(saga: string, id: string, waitMs: number, signal: AbortSignal): Promise<void> {
    const key = formatKey({ saga, id });
    const { promise, resolve } = Promise.withResolvers<void>();
    const wakers = this.waiting.get(key) ?? new Set();
    this.waiting.set(key, wakers.add(resolve));
    const timer = setTimeout(resolve, waitMs);
    const onAbort = (): void => resolve();
    signal.addEventListener('abort', onAbort, { once: true });
    return promise.finally(() => {
      clearTimeout(timer);
      signal.removeEventListener('abort', onAbort);
      wakers.delete(resolve);
      if (wakers.size === 0 && this.waiting.get(key) === wakers) this.waiting.delete(key);
    });
  }

  async close(): Promise<void> {
    this.wakeAll();
    await this.listener.close();
  }

  private wake(key: string): void {
    for (const resolve of this.waiting.get(key) ?? []) resolve();
  }

  private wakeAll(): void {
    for (const key of this.waiting.keys()) this.wake(key);
  }
}
