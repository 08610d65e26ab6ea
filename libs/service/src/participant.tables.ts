import { sql } from 'kysely';
import type { ColumnType, Generated } from 'kysely';
import type { Migrations } from '@bff/database';

/** The stored answer to a write. */
export interface StoredAnswer {
  readonly status: 200 | 409 | 422;
  readonly body: object;
}

/** The tables that every participant has beside its own: idempotency keys and tombstones. */
export interface ParticipantTables {
  /** One row for each write that was answered. */
  readonly idempotency_keys: {
    readonly key: string;
    readonly operation: string;
    readonly id: string;
    readonly fingerprint: string;
    readonly answer: ColumnType<StoredAnswer, string, never>;
    /** The number of deliveries of the key; its write was applied once. */
    readonly deliveries: Generated<number>;
    readonly created_at: Generated<Date>;
  };
  /** One row for each order that was undone here. */
  readonly tombstones: { readonly id: string; readonly created_at: Generated<Date> };
}

/** The migration that creates these tables. */
export const participantMigrations: Migrations = {
  '0000-participant': {
    async up(db) {
      await sql`
        create table idempotency_keys (
          key text primary key,
          operation text not null,
          id text not null,
          fingerprint text not null,
          answer jsonb not null,
          deliveries integer not null default 1,
          created_at timestamptz not null default now()
        )`.execute(db);
      await sql`create index idempotency_keys_id on idempotency_keys (id)`.execute(db);
      await sql`create table tombstones (id text primary key, created_at timestamptz not null default now())`.execute(
        db,
      );
    },
  },
};
