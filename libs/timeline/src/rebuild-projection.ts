import { sql } from 'kysely';
import type { Kysely } from 'kysely';
import { projectFacts } from './saga-projection.js';
import { toFact } from './stored-fact.js';
import type { TimelineTables } from './timeline.tables.js';
import { upsertProjections } from './upsert-projections.js';

/** The number of sagas in one transaction. */
const BATCH_SIZE = 500;

/**
 * Rebuilds the projection of every saga from the event log. Sagas may run meanwhile: each is locked while it is rebuilt, and
 * none is missing at any time. Returns the number of sagas.
 */
export async function rebuildProjection(database: Kysely<TimelineTables>): Promise<number> {
  let count = 0;
  let last: { readonly saga: string; readonly id: string } | undefined;
  for (;;) {
    const from = last;
    const rebuilt = await database.transaction().execute(async (trx) => {
      let query = trx.selectFrom('sagas').selectAll().orderBy('saga').orderBy('id').limit(BATCH_SIZE).forUpdate();
      if (from) query = query.where((eb) => eb(eb.refTuple('saga', 'id'), '>', eb.tuple(from.saga, from.id)));
      const sagas = await query.execute();
      if (sagas.length === 0) return [];
      const rows = await trx
        .selectFrom('saga_facts')
        .select(['saga', 'id', 'facts'])
        .where((eb) =>
          eb(
            eb.refTuple('saga', 'id'),
            'in',
            sagas.map(({ saga, id }) => eb.tuple(saga, id)),
          ),
        )
        .orderBy('saga')
        .orderBy('id')
        .orderBy('position')
        .execute();
      const stored = Map.groupBy(rows, ({ saga, id }) => `${saga}/${id}`);
      const projections = sagas.flatMap(({ saga, id, version, subject }) => {
        const facts = (stored.get(`${saga}/${id}`) ?? []).flatMap(({ facts }) => facts.map(toFact));
        return projectFacts(null, { saga, sagaId: id, version, subject }, facts) ?? [];
      });
      const projectionRows = sql`select * from jsonb_populate_recordset(null::saga_views, ${JSON.stringify(projections)}::jsonb)`;
      await upsertProjections(projectionRows).execute(trx);
      return sagas;
    });
    count += rebuilt.length;
    last = rebuilt.at(-1);
    if (!last) return count;
  }
}
