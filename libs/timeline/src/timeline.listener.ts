import { Listener } from '@bff/database';
import { CHANNEL, formatKey } from './event-log.js';

/** Wakes who waits for news of a saga, whichever process wrote them down. */
export class TimelineListener {
  private readonly waiting = new Map<string, Set<() => void>>();
  private readonly listener: Listener;

  constructor(databaseUrl: string, onTrouble: (error: unknown) => void) {
    this.listener = new Listener(databaseUrl, CHANNEL, {
      heard: (place) => this.wake(place),
      // What came while nobody listened is found by who looks again.
      listening: () => this.wakeAll(),
      trouble: onTrouble,
    });
  }

  /** Resolves when there is news of a saga, or at the latest after so many milliseconds, or when the signal aborts. */
  waitForFacts(saga: string, id: string, waitMs: number, signal: AbortSignal): Promise<void> {
    const place = formatKey({ saga, id });
    const { promise, resolve } = Promise.withResolvers<void>();
    const wakers = this.waiting.get(place) ?? new Set();
    this.waiting.set(place, wakers.add(resolve));
    const timer = setTimeout(resolve, waitMs);
    const hungUp = (): void => resolve();
    signal.addEventListener('abort', hungUp, { once: true });
    return promise.finally(() => {
      clearTimeout(timer);
      signal.removeEventListener('abort', hungUp);
      wakers.delete(resolve);
      if (wakers.size === 0 && this.waiting.get(place) === wakers) this.waiting.delete(place);
    });
  }

  async close(): Promise<void> {
    this.wakeAll();
    await this.listener.close();
  }

  private wake(place: string): void {
    for (const resolve of this.waiting.get(place) ?? []) resolve();
  }

  private wakeAll(): void {
    for (const place of this.waiting.keys()) this.wake(place);
  }
}
