import type { LoggerService } from '@nestjs/common';
import type { ServiceName } from '@bff/contracts';
import { migrateOutbox, Outbox, PostgresEventBus, Relay } from '@bff/event-bus';
import type { Metrics } from '@bff/observability';
import { sql } from 'kysely';
import type { Kysely } from 'kysely';
import type { EmittedEvents } from './emitted-events.js';
import { EventWriter } from './event-writer.js';
import type { ParticipantTables } from './participant.tables.js';

/** What the events of a service need to know of it. */
export interface EventSource<Tables> {
  readonly service: ServiceName;
  readonly databaseUrl: string;
  readonly eventsDatabaseUrl: string;
  readonly emits: EmittedEvents<Tables>;
  readonly production: boolean;
}

/** The events of a service: its outbox, and the relay that publishes them. */
export class ServiceEvents<Tables extends ParticipantTables> {
  readonly writer: EventWriter;
  private readonly outbox: Outbox;
  private readonly bus: PostgresEventBus;
  private relay: Relay | undefined;

  constructor(
    private readonly source: EventSource<Tables>,
    private readonly database: Kysely<Tables>,
    private readonly logger: LoggerService,
  ) {
    this.outbox = new Outbox(database);
    // Failures of the bus reach the relay, which reports them.
    this.bus = new PostgresEventBus(source.eventsDatabaseUrl, () => undefined);
    this.writer = new EventWriter({
      service: source.service,
      byOperation: source.emits.byOperation,
      check: !source.production,
      onCommitted: () => this.relay?.wake(),
    });
  }

  migrate(): Promise<void> {
    return migrateOutbox(this.source.databaseUrl);
  }

  /** Writes the events of the rows that were there before the service emitted events, once. */
  async writeEventsOfRows(): Promise<void> {
    if (!(await this.outbox.isEmpty())) return;
    await this.database.transaction().execute(async (tx) => {
      // Of instances that start together one writes.
      await sql`select pg_advisory_xact_lock(hashtextextended('events of rows', 0))`.execute(tx);
      if (!(await new Outbox(tx).isEmpty())) return;
      for await (const events of this.source.emits.readRowEvents(tx)) await this.writer.writeAll(tx, events);
    });
  }

  startRelay(): void {
    this.relay = new Relay(this.outbox, this.bus, {
      onFailure: (error) => {
        this.logger.warn(`Events cannot be published right now, retrying: ${String(error)}`);
      },
      onRecovery: () => {
        this.logger.log('Events are published again');
      },
    });
  }

  registerGauges(metrics: Metrics): void {
    const createGauge = (name: string, help: string, read: () => Promise<number>): void =>
      metrics.createGauge({ name, help, labels: [] }, async () => [[{}, await read()] as const]);
    createGauge('outbox_unsent', 'Events that were not published yet.', async () => {
      const { unsent } = await this.outbox.countBacklog();
      return unsent;
    });
    createGauge('outbox_oldest_seconds', 'Age of the oldest event that was not published yet.', async () => {
      const { oldestSeconds } = await this.outbox.countBacklog();
      return oldestSeconds;
    });
  }

  /** Publishes what is committed, if the bus responds, and closes the bus. */
  async close(): Promise<void> {
    await this.relay?.close();
    await this.bus.close();
  }
}
