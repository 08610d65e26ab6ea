import { Lease, migrate, openDatabase } from '@bff/database';
import type { Kysely } from 'kysely';
import type { CloudEvent } from '../cloud-event.js';
import type { Consumer, Consumption, EventBus } from '../event-bus.js';
import { runConsumer } from '../run-consumer.js';
import { CHANNEL, EventLog } from './event-log.js';
import { Wakeup } from '../wakeup.js';
import { eventLogMigrations } from './event-log.tables.js';
import type { EventLogTables } from './event-log.tables.js';

/**
 * An event bus over an event log in PostgreSQL: consumers read the log by position, and are woken by NOTIFY. Whoever uses the log
 * first creates its tables, so that no process has to wait for the log when it starts.
 */
export class PostgresEventBus implements EventBus {
  private readonly database: Kysely<EventLogTables>;
  private readonly log: EventLog;
  private readonly consumptions = new Set<Consumption>();
  private migrated: Promise<void> | undefined;

  constructor(
    private readonly databaseUrl: string,
    onFailure: (error: Error) => void,
  ) {
    this.database = openDatabase<EventLogTables>(databaseUrl, onFailure, { preferIndexes: true });
    this.log = new EventLog(this.database);
  }

  async publish(events: readonly CloudEvent[]): Promise<void> {
    await this.ensureMigrated();
    await this.log.append(events);
  }

  async readHead(): Promise<number> {
    await this.ensureMigrated();
    return this.log.readHead();
  }

  consume(consumer: Consumer): Consumption {
    const consumption = new PostgresConsumption(this.databaseUrl, this.log, {
      name: consumer.name,
      readPosition: async () => {
        await this.ensureMigrated();
        return consumer.readPosition();
      },
      handle: (events) => consumer.handle(events),
      onError: (error) => consumer.onError(error),
    });
    this.consumptions.add(consumption);
    return consumption;
  }

  async close(): Promise<void> {
    await Promise.all([...this.consumptions].map((consumption) => consumption.stop()));
    await this.database.destroy();
  }

  private ensureMigrated(): Promise<void> {
    this.migrated ??= migrate(this.databaseUrl, eventLogMigrations, 'event_log').catch((error: unknown) => {
      this.migrated = undefined;
      throw error;
    });
    return this.migrated;
  }
}

/** A consumer that holds, or waits for, the lease of its name. */
class PostgresConsumption implements Consumption {
  private isActive = false;
  private readonly lease: Lease;

  constructor(databaseUrl: string, log: EventLog, consumer: Consumer) {
    const wakeup = new Wakeup();
    this.lease = new Lease(databaseUrl, `consumer ${consumer.name}`, CHANNEL, {
      work: async (signal) => {
        this.isActive = true;
        await runConsumer(log, consumer, wakeup, signal);
        this.isActive = false;
      },
      onNotification: () => wakeup.wake(),
      onError: (error) => consumer.onError(error),
    });
  }

  get active(): boolean {
    return this.isActive;
  }

  stop(): Promise<void> {
    return this.lease.close();
  }
}
