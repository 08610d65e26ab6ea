import { setTimeout as sleep } from 'node:timers/promises';
import { openListeningClient } from './listening-client.js';

/** The pause before the next connection, in milliseconds. */
const RECONNECT_PAUSE_MS = 200;

/** The longest that closing the connection may take, in milliseconds. */
const MAX_CLOSE_MS = 1_000;

/** What the holder of a lease does. */
export interface LeaseHolder {
  /**
   * Called when this process holds the lease. The signal aborts when it is lost or closed; the lease is asked for again only
   * after the work has settled.
   */
  work(signal: AbortSignal): Promise<void>;
  /** A notification arrived on the channel, while the lease is held. */
  onNotification(payload: string): void;
  /** The connection failed or was lost; it is opened again. */
  onError(error: unknown): void;
}

/**
 * Work that one process at a time does, of all that share a database. The lease is an advisory lock of a connection: when its
 * process dies, PostgreSQL releases the lock and the next process, which waits for it, holds it immediately.
 */
export class Lease {
  private readonly closing = new AbortController();
  private readonly done: Promise<void>;

  constructor(
    private readonly databaseUrl: string,
    private readonly name: string,
    private readonly channel: string,
    private readonly holder: LeaseHolder,
  ) {
    this.done = this.run();
  }

  /** Resolves when the work has settled. */
  async close(): Promise<void> {
    this.closing.abort();
    await Promise.race([this.done, sleep(MAX_CLOSE_MS, undefined, { ref: false })]);
  }

  private async run(): Promise<void> {
    const { signal } = this.closing;
    while (!signal.aborted) {
      await this.hold().catch((error: unknown) => {
        if (!signal.aborted) this.holder.onError(error);
      });
      await sleep(RECONNECT_PAUSE_MS, undefined, { signal }).catch(() => undefined);
    }
  }

  /** Waits for the lock over a connection of its own, and works until that connection ends or the lease is closed. */
  private async hold(): Promise<void> {
    const { signal } = this.closing;
    const client = openListeningClient(this.databaseUrl);
    const lost = new AbortController();
    client.on('error', (error) => {
      if (!signal.aborted) this.holder.onError(error);
    });
    client.once('end', () => lost.abort());
    client.on('notification', ({ payload = '' }) => this.holder.onNotification(payload));
    const stopWaiting = (): void => void client.end().catch(() => undefined);
    signal.addEventListener('abort', stopWaiting, { once: true });
    try {
      await client.connect();
      await client.query('select pg_advisory_lock(hashtextextended($1, 0))', [this.name]);
      await client.query(`listen ${client.escapeIdentifier(this.channel)}`);
      // From here on the lock is held until the work has settled.
      signal.removeEventListener('abort', stopWaiting);
      if (!signal.aborted) await this.holder.work(AbortSignal.any([signal, lost.signal]));
    } finally {
      signal.removeEventListener('abort', stopWaiting);
      await client.end().catch(() => undefined);
    }
  }
}
