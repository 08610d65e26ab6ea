import type { Migrations, ParticipantTables } from '@bff/service';
import { sql } from 'kysely';
import type { ColumnType, Generated } from 'kysely';

export type ReservationState = 'RESERVED' | 'RELEASED' | 'COMMITTED' | 'EXPIRED' | 'RETURNED';

/** The tables of the catalog service. Prices are in cents. */
export interface CatalogTables extends ParticipantTables {
  readonly categories: { readonly id: string; readonly name: string; readonly description: string };
  readonly products: {
    readonly id: string;
    readonly category_id: string;
    readonly name: string;
    readonly packaging: string;
    readonly supplier: string;
    readonly price_cents: number;
    readonly on_hand: number;
    readonly reserved: Generated<number>;
    readonly sold: number;
    readonly discontinued: boolean;
  };
  readonly reservations: {
    readonly order_id: string;
    readonly state: ColumnType<ReservationState, ReservationState, ReservationState>;
    readonly expires_at: Date;
  };
  readonly reservation_lines: { readonly order_id: string; readonly product_id: string; readonly quantity: number };
}

export const catalogMigrations: Migrations = {
  '0001-catalog': {
    async up(db) {
      await sql`create table categories (id text primary key, name text not null, description text not null)`.execute(
        db,
      );
      // A second guard behind the conditional updates: stock is never negative, even if the code is wrong.
      await sql`
        create table products (
          id text primary key,
          category_id text not null references categories (id),
          name text not null,
          packaging text not null,
          supplier text not null,
          price_cents bigint not null check (price_cents >= 0),
          on_hand integer not null check (on_hand >= 0),
          reserved integer not null default 0 check (reserved >= 0),
          sold integer not null check (sold >= 0),
          discontinued boolean not null
        )`.execute(db);
      await sql`create index products_by_name on products (name, id)`.execute(db);
      await sql`create index products_by_category on products (category_id, price_cents)`.execute(db);
      await sql`
        create table reservations (
          order_id text primary key,
          state text not null check (state in ('RESERVED', 'RELEASED', 'COMMITTED', 'EXPIRED')),
          expires_at timestamptz not null
        )`.execute(db);
      await sql`create index reservations_open on reservations (expires_at) where state = 'RESERVED'`.execute(db);
      await sql`
        create table reservation_lines (
          order_id text not null references reservations (order_id),
          product_id text not null references products (id),
          quantity integer not null check (quantity > 0),
          primary key (order_id, product_id)
        )`.execute(db);
    },
  },
  '0002-returned': {
    async up(db) {
      await sql`
        alter table reservations
          drop constraint reservations_state_check,
          add constraint reservations_state_check
            check (state in ('RESERVED', 'RELEASED', 'COMMITTED', 'EXPIRED', 'RETURNED'))
        `.execute(db);
    },
  },
  '0003-name-length': {
    async up(db) {
      for (const table of ['categories', 'products'])
        await sql`alter table ${sql.table(table)} add check (char_length(name) <= 255)`.execute(db);
    },
  },
};
