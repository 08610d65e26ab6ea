import { migrate } from '@bff/database';
import type { Migrations } from '@bff/database';
import { sql } from 'kysely';

/**
 * The outbox: the events of a service, written in the transactions of their effects and kept. Events of one subject have the order
 * of their commits; events of different subjects may not. `sent_at` is null until the relay has published the event.
 */
const outboxMigrations: Migrations = {
  '0001-outbox': {
    async up(db) {
      await sql`
        create table outbox (
          sequence bigint generated always as identity primary key,
          id text not null unique,
          type text not null,
          subject text not null,
          event jsonb not null,
          sent_at timestamptz
        )`.execute(db);
      await sql`create index outbox_by_subject on outbox (subject, type)`.execute(db);
      await sql`create index outbox_unsent on outbox (sequence) where sent_at is null`.execute(db);
    },
  },
};

/** Creates the outbox in the database of a service, or brings it up to date. */
export function migrateOutbox(databaseUrl: string): Promise<void> {
  return migrate(databaseUrl, outboxMigrations, 'outbox');
}
