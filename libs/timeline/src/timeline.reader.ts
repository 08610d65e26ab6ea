import { SAGA_CODE_MISMATCH } from '@bff/saga';
import type { Direction, SagaFact } from '@bff/saga';
import { sql } from 'kysely';
import type { Kysely } from 'kysely';
import type { SagaStatus, SagaProjection } from './saga-projection.js';
import { toFact } from './stored-fact.js';
import type { StoredFact } from './stored-fact.js';
import type { TimelineTables } from './timeline.tables.js';

/** A fact and its position in the event log of its saga. */
export interface PositionedFact {
  /** From 1, without a gap. */
  readonly position: number;
  readonly fact: SagaFact;
  /** The number of failed attempts that are omitted, including this one, the last of them; undefined when none is. */
  readonly omitted?: number;
}

/** Of consecutive failed attempts, this many are shown from the first and this many from the last. */
const SHOWN_ATTEMPTS = 10;

/** A search for sagas; a property that is not given matches every saga. */
export interface SagaSearch {
  readonly saga?: string | undefined;
  /** An id, or its beginning. */
  readonly id?: string | undefined;
  readonly subject?: string | undefined;
  readonly status?: readonly SagaStatus[] | undefined;
  readonly step?: string | undefined;
  readonly direction?: Direction | undefined;
  /** Began at this time or before, and began after this time: milliseconds since the epoch. */
  readonly beganBefore?: number | undefined;
  readonly beganAfter?: number | undefined;
}

/** Where a page of a search ended. */
export interface SearchCursor {
  readonly beganAt: number;
  readonly saga: string;
  readonly id: string;
}

/** Reads the event log and the projection of sagas. */
export class TimelineReader {
  constructor(private readonly database: Kysely<TimelineTables>) {}

  /** The projection of a saga; undefined when it has no fact (yet). */
  async findSaga(saga: string, id: string): Promise<SagaProjection | undefined> {
    return this.database
      .selectFrom('saga_views')
      .selectAll()
      .where('saga', '=', saga)
      .where('id', '=', id)
      .executeTakeFirst();
  }

  /** The facts after a position, in order. */
  async readFacts(saga: string, id: string, after: number, limit: number): Promise<PositionedFact[]> {
    const { rows } = await sql<{ readonly position: number; readonly fact: StoredFact }>`
      select written.position + fact.nth::integer - 1 as position, fact.fact
      from saga_facts written, jsonb_array_elements(written.facts) with ordinality as fact (fact, nth)
      where saga = ${saga} and id = ${id} and written.position + fact.nth - 1 > ${after}
        -- Skips the rows before the one that holds the next fact.
        and written.position >= coalesce((
          select max(position) from saga_facts where saga = ${saga} and id = ${id} and position <= ${after}::integer + 1
        ), 0)
      order by 1 limit ${limit}`.execute(this.database);
    return rows.map(({ position, fact }) => ({ position, fact: toFact(fact) }));
  }

  /**
   * The facts after a position, in order. Of many consecutive failed attempts of a step, the first and the last ones are
   * returned, and between them the last of those that are omitted, with their number.
   */
  async readDigest(saga: string, id: string, after: number, limit?: number): Promise<PositionedFact[]> {
    const { rows } = await sql<{ position: number; fact: StoredFact; omitted: number | null }>`
      with written as (
        select written.position + fact.nth::integer - 1 as position, fact.fact, fact.fact ->> 'kind' = 'ATTEMPT_FAILED' as failed
        from saga_facts written, jsonb_array_elements(written.facts) with ordinality as fact (fact, nth)
        where saga = ${saga} and id = ${id} and written.position + fact.nth - 1 > ${after}
          -- Skips the rows before the one that holds the next fact.
          and written.position >= coalesce((
            select max(position) from saga_facts where saga = ${saga} and id = ${id} and position <= ${after}::integer + 1
          ), 0)
      ), islands as (
        select *, count(*) filter (where not failed) over (order by position) as island from written
      ), ranked as (
        select *,
          row_number() over (partition by island, failed, fact ->> 'step', fact ->> 'direction' order by position) as nth,
          count(*) over (partition by island, failed, fact ->> 'step', fact ->> 'direction') as count
        from islands
      )
      select position, fact, case when nth = count - ${SHOWN_ATTEMPTS} and count > ${2 * SHOWN_ATTEMPTS}
        then (count - ${2 * SHOWN_ATTEMPTS})::integer end as omitted
      from ranked
      where not failed or nth <= ${SHOWN_ATTEMPTS} or nth >= count - ${SHOWN_ATTEMPTS}
      order by 1 limit ${limit ?? null}`.execute(this.database);
    return rows.map(({ position, fact, omitted }) => ({
      position,
      fact: toFact(fact),
      ...(omitted !== null && { omitted }),
    }));
  }

  /** The sagas that match a search, the newest first. */
  async search(search: SagaSearch, limit: number, after?: SearchCursor): Promise<SagaProjection[]> {
    let query = this.database.selectFrom('saga_views').selectAll();
    if (search.saga !== undefined) query = query.where('saga', '=', search.saga);
    if (search.id !== undefined) query = query.where('id', 'like', `${escapeLike(search.id)}%`);
    if (search.subject !== undefined) query = query.where('subject', '=', search.subject);
    if (search.status !== undefined) query = query.where('status', 'in', search.status);
    if (search.step !== undefined) query = query.where('step', '=', search.step);
    if (search.direction !== undefined) query = query.where('direction', '=', search.direction);
    if (search.beganBefore !== undefined) query = query.where('began_at', '<=', search.beganBefore);
    if (search.beganAfter !== undefined) query = query.where('began_at', '>', search.beganAfter);
    if (after) {
      const { beganAt, saga, id } = after;
      query = query.where(sql<boolean>`(-began_at, saga, id) > (${-beganAt}::bigint, ${saga}, ${id})`);
    }
    return query.orderBy('began_at', 'desc').orderBy('saga').orderBy('id').limit(limit).execute();
  }

  /** The sagas that cannot continue because their code does not match, the oldest first. */
  async findMismatched(limit: number): Promise<SagaProjection[]> {
    return this.database
      .selectFrom('saga_views')
      .selectAll()
      .where('ended_at', 'is', null)
      .where('status', '=', 'NEEDS_ATTENTION')
      .where(sql<boolean>`error ->> 'code' = ${SAGA_CODE_MISMATCH}`)
      .orderBy('began_at')
      .limit(limit)
      .execute();
  }

  /** The number of sagas of each status that have not ended. */
  async countOpen(): Promise<ReadonlyMap<SagaStatus, number>> {
    const rows = await this.database
      .selectFrom('saga_views')
      .select(['status', ({ fn }) => fn.countAll<number>().as('count')])
      .where('ended_at', 'is', null)
      .groupBy('status')
      .execute();
    return new Map(rows.map(({ status, count }) => [status, count]));
  }
}

function escapeLike(text: string): string {
  return text.replaceAll(/[\\%_]/g, (sign) => `\\${sign}`);
}
