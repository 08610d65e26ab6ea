import type { Migrations, ParticipantTables } from '@bff/service';
import { sql } from 'kysely';
import type { ColumnType, Generated } from 'kysely';

export type PaymentState = 'AUTHORISED' | 'VOIDED' | 'CAPTURED' | 'REFUNDED';

/** The tables of the customer service. Amounts are in cents. */
export interface CustomerTables extends ParticipantTables {
  readonly customers: {
    readonly id: string;
    readonly company_name: string;
    readonly contact_name: string;
    readonly contact_title: string;
    readonly phone: string;
    readonly status: 'ACTIVE' | 'BLOCKED';
  };
  readonly addresses: {
    readonly id: string;
    readonly customer_id: string;
    readonly label: string;
    readonly recipient: string;
    readonly street: string;
    readonly city: string;
    readonly region: string | null;
    readonly postal_code: string | null;
    readonly country: string;
  };
  readonly payment_methods: {
    readonly id: string;
    readonly customer_id: string;
    readonly kind: 'INVOICE' | 'CARD' | 'VOUCHER';
    readonly label: string;
    readonly limit_cents: number;
    readonly authorised_cents: Generated<number>;
    readonly captured_cents: Generated<number>;
  };
  readonly payments: {
    readonly order_id: string;
    readonly customer_id: string;
    readonly payment_method_id: string;
    readonly amount_cents: number;
    readonly state: ColumnType<PaymentState, PaymentState, PaymentState>;
    readonly updated_at: Date;
  };
}

export const customerMigrations: Migrations = {
  '0001-customer': {
    async up(db) {
      await sql`
        create table customers (
          id text primary key,
          company_name text not null,
          contact_name text not null,
          contact_title text not null,
          phone text not null,
          status text not null check (status in ('ACTIVE', 'BLOCKED'))
        )`.execute(db);
      await sql`
        create table addresses (
          id text primary key,
          customer_id text not null references customers (id),
          label text not null,
          recipient text not null,
          street text not null,
          city text not null,
          region text,
          postal_code text,
          country text not null
        )`.execute(db);
      await sql`create index addresses_by_customer on addresses (customer_id)`.execute(db);
      // A second guard behind the conditional updates: a limit is never exceeded, even if the code is wrong.
      await sql`
        create table payment_methods (
          id text primary key,
          customer_id text not null references customers (id),
          kind text not null check (kind in ('INVOICE', 'CARD', 'VOUCHER')),
          label text not null,
          limit_cents bigint not null check (limit_cents >= 0),
          authorised_cents bigint not null default 0 check (authorised_cents >= 0),
          captured_cents bigint not null default 0 check (captured_cents >= 0),
          check (authorised_cents + captured_cents <= limit_cents)
        )`.execute(db);
      await sql`create index payment_methods_by_customer on payment_methods (customer_id)`.execute(db);
      await sql`
        create table payments (
          order_id text primary key,
          customer_id text not null references customers (id),
          payment_method_id text not null references payment_methods (id),
          amount_cents bigint not null check (amount_cents >= 0),
          state text not null check (state in ('AUTHORISED', 'VOIDED', 'CAPTURED')),
          updated_at timestamptz not null
        )`.execute(db);
    },
  },
  '0002-refunded': {
    async up(db) {
      await sql`
        alter table payments
          drop constraint payments_state_check,
          add constraint payments_state_check check (state in ('AUTHORISED', 'VOIDED', 'CAPTURED', 'REFUNDED'))
        `.execute(db);
    },
  },
};
