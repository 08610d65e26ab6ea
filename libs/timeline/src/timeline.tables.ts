import type { Migrations } from '@bff/database';
import { sql } from 'kysely';
import type { ColumnType } from 'kysely';
import type { SagaProjection } from './saga-projection.js';
import type { StoredFact } from './stored-fact.js';

/** The event log of sagas, which is kept permanently, and its projection. Times are milliseconds since the epoch. */
export interface TimelineTables {
  /** One row for each saga. */
  readonly sagas: {
    readonly saga: string;
    readonly id: string;
    readonly version: number;
    readonly subject: string;
    /** The position of its last fact, which is the number of its facts. */
    readonly last_position: ColumnType<number, number | undefined, number>;
  };
  /** The event log: a row holds the facts of one write. Rows are added and never changed. */
  readonly saga_facts: {
    readonly saga: string;
    readonly id: string;
    /** The position of the first fact of the row: facts are numbered from 1, without gaps, in the order in which they were stored. */
    readonly position: number;
    readonly facts: ColumnType<readonly StoredFact[], string, never>;
  };
  /** The projection: the state of each saga. `npm run replay` rebuilds it from the event log. */
  readonly saga_views: Omit<SagaProjection, 'error' | 'can'> & {
    readonly error: ColumnType<SagaProjection['error'], string | null>;
    readonly can: ColumnType<SagaProjection['can'], string | null>;
  };
}

export const timelineMigrations: Migrations = {
  '0001-timeline': {
    async up(db) {
      await sql`
        create table sagas (
          saga text not null,
          id text not null,
          version integer not null,
          subject text not null,
          last_position integer not null default 0,
          primary key (saga, id)
        )`.execute(db);
      await sql`
        create table saga_facts (
          saga text not null,
          id text not null,
          position integer not null,
          key text not null,
          fact jsonb not null,
          primary key (saga, id, position),
          unique (saga, id, key),
          foreign key (saga, id) references sagas (saga, id)
        )`.execute(db);
      await sql`
        create table saga_views (
          saga text not null,
          id text not null,
          version integer not null,
          subject text not null,
          status text not null,
          step text,
          direction text,
          began_at bigint not null,
          last_at bigint not null,
          ended_at bigint,
          failing_since bigint,
          attention_since bigint,
          error jsonb,
          can jsonb,
          primary key (saga, id)
        )`.execute(db);
      await sql`create index saga_views_newest on saga_views (began_at desc, saga, id)`.execute(db);
      await sql`create index saga_views_subject on saga_views (subject, began_at desc)`.execute(db);
      await sql`create index saga_views_open on saga_views (began_at) where ended_at is null`.execute(db);
    },
  },
  // Facts are stored by one statement, which has locked the row of their saga: the foreign key's lookup of that row for each fact
  // was a third of the cost.
  '0002-facts-of-locked-sagas': {
    async up(db) {
      await sql`alter table saga_facts drop constraint saga_facts_saga_id_fkey`.execute(db);
    },
  },
  // One row for each write instead of each fact: rows and their index entries were most of the cost of a timeline.
  '0003-facts-by-the-write': {
    async up(db) {
      await sql`alter table saga_facts rename to saga_fact_rows`.execute(db);
      await sql`
        create table saga_facts (
          saga text not null,
          id text not null,
          position integer not null,
          facts jsonb not null
        )`.execute(db);
      await sql`
        insert into saga_facts
        select saga, id, min(position), jsonb_agg(jsonb_strip_nulls(fact) order by position)
        from saga_fact_rows group by saga, id`.execute(db);
      await sql`drop table saga_fact_rows`.execute(db);
      await sql`alter table saga_facts add primary key (saga, id, position)`.execute(db);
    },
  },
  // LEFT became ABANDONED. saga_views holds no result of a step, so only facts change. One pass over the table: only the
  // few rows with the old word are written and locked, and only an operator's CANCEL wrote it.
  '0004-abandoned': {
    async up(db) {
      await sql`
        update saga_facts set facts = (
          select jsonb_agg(
            case when fact.fact ->> 'result' = 'LEFT' then fact.fact || '{"result": "ABANDONED"}' else fact.fact end
            order by fact.nth
          ) from jsonb_array_elements(facts) with ordinality as fact (fact, nth)
        )
        where facts @> '[{"result": "LEFT"}]'`.execute(db);
    },
  },
};
