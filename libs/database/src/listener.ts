import { setTimeout as sleep } from 'node:timers/promises';
import type pg from 'pg';
import { openListeningClient } from './listening-client.js';

/** The pause before the next connection, in milliseconds. */
const RECONNECT_PAUSE_MS = 500;

/** The timeout of closing the connection, in milliseconds. */
const MAX_CLOSE_MS = 1_000;

/** What a listener is notified of. */
export interface ListenerEvents {
  /** A notification arrived on the channel. */
  onNotification(payload: string): void;
  /** Notifications arrive from now on; earlier ones may have been missed. */
  onListening(): void;
  /** The connection failed or was lost; it is opened again. */
  onError(error: unknown): void;
}

/** Listens on a PostgreSQL channel until it is closed; reconnects when the connection is lost. */
export class Listener {
  private readonly closing = new AbortController();
  private client: pg.Client | undefined;

  constructor(
    private readonly databaseUrl: string,
    private readonly channel: string,
    private readonly events: ListenerEvents,
  ) {
    void this.listen();
  }

  async close(): Promise<void> {
    this.closing.abort();
    await Promise.race([this.client?.end(), sleep(MAX_CLOSE_MS, undefined, { ref: false })]);
  }

  private async listen(): Promise<void> {
    while (!this.closing.signal.aborted) {
      const client = (this.client = openListeningClient(this.databaseUrl));
      const lost = new Promise<void>((resolve) => client.once('end', resolve));
      client.on('error', (error) => this.events.onError(error));
      client.on('notification', ({ payload = '' }) => this.events.onNotification(payload));
      try {
        await client.connect();
        await client.query(`listen ${client.escapeIdentifier(this.channel)}`);
        this.events.onListening();
        await lost;
      } catch (error) {
        this.events.onError(error);
      }
      await sleep(RECONNECT_PAUSE_MS, undefined, { signal: this.closing.signal }).catch(() => undefined);
    }
  }
}
