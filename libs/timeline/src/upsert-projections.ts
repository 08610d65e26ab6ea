import { sql } from 'kysely';
import type { RawBuilder } from 'kysely';

/** Inserts or replaces projections, given as rows of saga_views. */
export function upsertProjections(rows: RawBuilder<unknown>): RawBuilder<unknown> {
  return sql`
    insert into saga_views ${rows}
    on conflict (saga, id) do update set
      status = excluded.status, step = excluded.step, direction = excluded.direction, began_at = excluded.began_at,
      last_at = excluded.last_at, ended_at = excluded.ended_at, failing_since = excluded.failing_since,
      attention_since = excluded.attention_since, error = excluded.error, can = excluded.can`;
}
