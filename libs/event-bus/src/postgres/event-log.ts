import { markPrepared } from '@bff/database';
import { sql } from 'kysely';
import type { Kysely } from 'kysely';
import type { CloudEvent, LoggedEvent } from '../cloud-event.js';
import type { EventLogTables } from './event-log.tables.js';

/** The NOTIFY channel of appends. */
export const CHANNEL = 'event_log';

/** What PostgreSQL answers when the month of an event has no partition yet. */
const NO_PARTITION = '23514';

/** An append-only log of events in PostgreSQL. */
export class EventLog {
  constructor(private readonly database: Kysely<EventLogTables>) {}

  /**
   * Appends events that are not in the log yet, and notifies listeners. The row of the head is locked until the commit, so that
   * positions follow the order of commits: who has read a position has seen all before it.
   */
  async append(events: readonly CloudEvent[]): Promise<void> {
    if (events.length === 0) return;
    try {
      await this.insert(events);
    } catch (error) {
      if ((error as { code?: unknown }).code !== NO_PARTITION) throw error;
      await this.createPartitions(events);
      await this.insert(events);
    }
  }

  async read(after: number, limit: number): Promise<readonly LoggedEvent[]> {
    const { rows } = await sql<LoggedEvent>`${markPrepared('read_events')}
      select position, event from events where position > ${after} order by position limit ${limit}`.execute(
      this.database,
    );
    return rows;
  }

  async readHead(): Promise<number> {
    const { position } = await this.database.selectFrom('event_log_head').select('position').executeTakeFirstOrThrow();
    return position;
  }

  private async insert(events: readonly CloudEvent[]): Promise<void> {
    await sql`${markPrepared('append_events')}
      with new_events as (
        select event ->> 'id' as id, event ->> 'source' as source, (event ->> 'time')::timestamptz as time, event, nth
        from jsonb_array_elements(${JSON.stringify(events)}::jsonb) with ordinality as new_events (event, nth)
      ), head as (
        update event_log_head set position = position + ${events.length}::integer returning position
      ), appended as (
        insert into events (position, time, source, id, event)
        select head.position - ${events.length}::integer + nth, time, source, id, event from new_events, head order by nth
        on conflict (time, source, id) do nothing
        returning position
      )
      select pg_notify(${CHANNEL}, max(position)::text) from appended having count(*) > 0`.execute(this.database);
  }

  /** Creates the partitions of the months of these events, unless another process has. */
  private async createPartitions(events: readonly CloudEvent[]): Promise<void> {
    const months = new Set(events.map(({ time }) => time.slice(0, 7)));
    await this.database.transaction().execute(async (tx) => {
      // Two processes that create the same table at the same moment would both fail.
      await sql`select pg_advisory_xact_lock(hashtextextended('partitions of events', 0))`.execute(tx);
      for (const month of months) {
        const [year, nth] = month.split('-').map(Number) as [number, number];
        const from = new Date(Date.UTC(year, nth - 1)).toISOString();
        const to = new Date(Date.UTC(year, nth)).toISOString();
        await sql`
          create table if not exists ${sql.table(`events_${month.replace('-', '_')}`)}
          partition of events for values from (${sql.lit(from)}) to (${sql.lit(to)})`.execute(tx);
      }
    });
  }
}
