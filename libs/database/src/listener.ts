import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';

/** How long to wait before the database is asked again, in milliseconds. */
const PAUSE_MS = 500;

/** How long a database may take to say goodbye, in milliseconds. */
const GOODBYE_MS = 1_000;

/** What a listener is told. */
export interface Hearing {
  /** Somebody said this on the channel. */
  heard(payload: string): void;
  /** From now on it is heard what is said; what was said before may have been missed. */
  listening(): void;
  trouble(error: unknown): void;
}

/** Listens on a channel of PostgreSQL, again whenever the connection was lost, until it is closed. */
export class Listener {
  private readonly closing = new AbortController();
  private client: pg.Client | undefined;

  constructor(
    private readonly databaseUrl: string,
    private readonly channel: string,
    private readonly hearing: Hearing,
  ) {
    void this.listen();
  }

  async close(): Promise<void> {
    this.closing.abort();
    await Promise.race([this.client?.end(), sleep(GOODBYE_MS, undefined, { ref: false })]);
  }

  private async listen(): Promise<void> {
    while (!this.closing.signal.aborted) {
      const client = (this.client = new pg.Client({ connectionString: this.databaseUrl, keepAlive: true }));
      const lost = new Promise<void>((resolve) => client.once('end', resolve));
      client.on('error', (error) => this.hearing.trouble(error));
      client.on('notification', ({ payload = '' }) => this.hearing.heard(payload));
      try {
        await client.connect();
        await client.query(`listen ${client.escapeIdentifier(this.channel)}`);
        this.hearing.listening();
        await lost;
      } catch (error) {
        this.hearing.trouble(error);
      }
      await sleep(PAUSE_MS, undefined, { signal: this.closing.signal }).catch(() => undefined);
    }
  }
}
