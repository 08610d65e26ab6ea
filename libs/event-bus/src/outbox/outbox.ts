import { markPrepared } from '@bff/database';
import { sql } from 'kysely';
import type { QueryExecutorProvider } from 'kysely';
import type { CloudEvent } from '../cloud-event.js';

/** An event that waits in an outbox until it is published. */
export interface UnsentEvent {
  readonly sequence: number;
  readonly event: CloudEvent;
}

/** How many events wait to be published, and since when. */
export interface OutboxBacklog {
  readonly unsent: number;
  /** The age of the oldest one, in seconds; 0 when there is none. */
  readonly oldestSeconds: number;
}

/** Writes events into the outbox. Call it in the transaction of their effects. */
export async function writeToOutbox(tx: QueryExecutorProvider, events: readonly CloudEvent[]): Promise<void> {
  await sql`
    insert into outbox (id, type, subject, event)
    select event ->> 'id', event ->> 'type', event ->> 'subject', event
    from jsonb_array_elements(${JSON.stringify(events)}::jsonb) with ordinality as new_events (event, nth)
    order by nth`.execute(tx);
}

/**
 * Writes an event that can happen to its subject only once, unless the outbox has one of its type. Call it under a lock of the
 * subject. Returns whether it was written.
 */
export async function writeOnceToOutbox(tx: QueryExecutorProvider, event: CloudEvent): Promise<boolean> {
  const { id, type, subject } = event;
  const { numAffectedRows = 0n } = await sql`
    insert into outbox (id, type, subject, event)
    select ${id}, ${type}, ${subject}, ${JSON.stringify(event)}::jsonb
    where not exists (select from outbox where subject = ${subject} and type = ${type})`.execute(tx);
  return numAffectedRows > 0n;
}

/** The outbox as its relay sees it. */
export class Outbox {
  constructor(private readonly database: QueryExecutorProvider) {}

  /** True when the service has never emitted an event. */
  async isEmpty(): Promise<boolean> {
    const { rows } = await sql`select from outbox limit 1`.execute(this.database);
    return rows.length === 0;
  }

  /** The oldest events that were not published. */
  async readUnsent(limit: number): Promise<readonly UnsentEvent[]> {
    const { rows } = await sql<UnsentEvent>`${markPrepared('read_outbox')}
      select sequence, event from outbox where sent_at is null order by sequence limit ${limit}`.execute(this.database);
    return rows;
  }

  async markSent(events: readonly UnsentEvent[]): Promise<void> {
    await sql`${markPrepared('mark_sent')}
      update outbox set sent_at = now() where sequence = any(${events.map(({ sequence }) => sequence)})`.execute(
      this.database,
    );
  }

  async countBacklog(): Promise<OutboxBacklog> {
    const { rows } = await sql<OutboxBacklog>`
      select count(*) as unsent, coalesce(extract(epoch from now() - min((event ->> 'time')::timestamptz)), 0)::float8
        as "oldestSeconds"
      from outbox where sent_at is null`.execute(this.database);
    return rows[0] ?? { unsent: 0, oldestSeconds: 0 };
  }
}
