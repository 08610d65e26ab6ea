import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';

/** The longest that the relay may take to publish, in milliseconds. */
const MAX_WAIT_MS = 10_000;

/** What a test compares of an event. */
export interface PublishedEvent {
  readonly type: string;
  readonly data: unknown;
}

/**
 * The events of an order, product or customer in the event log, in its order, once everything in the outbox was published. For a
 * service whose database holds the log as well, as that of createServiceDatabase does.
 */
export async function readPublishedEvents(databaseUrl: string, subject: string): Promise<PublishedEvent[]> {
  const client = new pg.Client({ connectionString: databaseUrl });
  await client.connect();
  try {
    const deadline = performance.now() + MAX_WAIT_MS;
    while ((await client.query('select from outbox where sent_at is null limit 1')).rows.length > 0) {
      if (performance.now() > deadline) throw new Error(`The outbox was not published within ${MAX_WAIT_MS} ms`);
      await sleep(20);
    }
    const { rows } = await client.query<PublishedEvent>(
      `select event ->> 'type' as type, event -> 'data' as data from events
       where event ->> 'subject' = $1 order by position`,
      [subject],
    );
    return rows;
  } finally {
    await client.end();
  }
}
