import type { PostalAddress } from '@bff/contracts';
import type { Migrations, ParticipantTables } from '@bff/service';
import { sql } from 'kysely';
import type { ColumnType } from 'kysely';

export type OrderStatus = 'PENDING' | 'CONFIRMED' | 'REJECTED' | 'CANCELLED';

/** The tables of the order service. Amounts are in cents. */
export interface OrderTables extends ParticipantTables {
  readonly orders: {
    readonly id: string;
    readonly customer_id: string;
    readonly status: ColumnType<OrderStatus, OrderStatus, OrderStatus>;
    readonly reason: string | null;
    readonly placed_at: Date;
    readonly payment_method_id: string;
    readonly shipping_address: ColumnType<PostalAddress, string, never>;
    readonly total_cents: number;
    /** The currency of the total and of every line. */
    readonly currency: string;
  };
  readonly order_lines: {
    readonly order_id: string;
    /** The position of the line in its order, from 0. */
    readonly line_no: number;
    readonly product_id: string;
    readonly quantity: number;
    readonly unit_price_cents: number;
    readonly discount_percent: number;
    readonly line_total_cents: number;
  };
}

export const orderMigrations: Migrations = {
  '0001-order': {
    async up(db) {
      await sql`
        create table orders (
          id text primary key,
          customer_id text not null,
          status text not null check (status in ('PENDING', 'CONFIRMED', 'REJECTED')),
          reason text check ((reason is not null) = (status = 'REJECTED')),
          placed_at timestamptz not null,
          payment_method_id text not null,
          shipping_address jsonb not null,
          total_cents bigint not null check (total_cents >= 0)
        )`.execute(db);
      await sql`create index orders_by_customer on orders (customer_id, placed_at desc, id desc)`.execute(db);
      await sql`
        create table order_lines (
          order_id text not null references orders (id),
          line_no integer not null,
          product_id text not null,
          quantity integer not null check (quantity > 0),
          unit_price_cents bigint not null check (unit_price_cents >= 0),
          discount_percent integer not null check (discount_percent between 0 and 100),
          line_total_cents bigint not null check (line_total_cents >= 0),
          primary key (order_id, line_no)
        )`.execute(db);
      await sql`create index order_lines_by_product on order_lines (product_id, order_id)`.execute(db);
    },
  },
  '0002-cancelled': {
    async up(db) {
      await sql`
        alter table orders
          drop constraint orders_status_check,
          add constraint orders_status_check check (status in ('PENDING', 'CONFIRMED', 'REJECTED', 'CANCELLED'))
        `.execute(db);
    },
  },
  '0003-currency': {
    async up(db) {
      // Every existing order is in USD. An instance of the previous release still inserts without a currency.
      await sql`alter table orders add column currency text not null default 'USD'`.execute(db);
    },
  },
};
