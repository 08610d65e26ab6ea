import type { Migrations } from '@bff/database';
import { sql } from 'kysely';
import type { ColumnType } from 'kysely';
import type { CloudEvent } from '../cloud-event.js';

/** The event log. */
export interface EventLogTables {
  /** One row for each event, partitioned by the month of its time. */
  readonly events: {
    readonly position: number;
    readonly time: Date;
    readonly source: string;
    readonly id: string;
    readonly event: ColumnType<CloudEvent, string, never>;
  };
  /** One row: the position of the last event. Its lock orders all appends. */
  readonly event_log_head: { readonly position: number };
}

export const eventLogMigrations: Migrations = {
  '0001-event-log': {
    async up(db) {
      // The time of an event never changes, so that an event that is published again meets itself in its partition.
      await sql`
        create table events (
          position bigint not null,
          time timestamptz not null,
          source text not null,
          id text not null,
          event jsonb not null,
          primary key (time, source, id)
        ) partition by range (time)`.execute(db);
      await sql`create index events_by_position on events (position)`.execute(db);
      await sql`create table event_log_head (position bigint not null)`.execute(db);
      await sql`insert into event_log_head values (0)`.execute(db);
    },
  },
};
