import { sql } from 'kysely';
import type { Kysely } from 'kysely';
import { projectFacts } from './saga-projection.js';
import { toFact } from './stored-fact.js';
import { upsertProjections } from './event-log.js';
import type { TimelineTables } from './timeline.tables.js';

/** So many sagas are made anew in one transaction. */
const BATCH_SIZE = 500;

/**
 * Makes how every saga stands anew, from what happened. Sagas may go on meanwhile: each is locked while it is made, and none
 * is missing at any time. Gives back how many there are.
 */
export async function rebuildProjection(database: Kysely<TimelineTables>): Promise<number> {
  let count = 0;
  let last: { readonly saga: string; readonly id: string } | undefined;
  for (;;) {
    const from = last;
    const places = await database.transaction().execute(async (trx) => {
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
      const written = Map.groupBy(rows, ({ saga, id }) => `${saga}/${id}`);
      const views = sagas.flatMap(({ saga, id, version, subject }) => {
        const theirs = (written.get(`${saga}/${id}`) ?? []).flatMap(({ facts }) => facts.map(toFact));
        return projectFacts(null, { saga, sagaId: id, version, subject }, theirs) ?? [];
      });
      const made = sql`select * from jsonb_populate_recordset(null::saga_views, ${JSON.stringify(views)}::jsonb)`;
      await upsertProjections(made).execute(trx);
      return sagas;
    });
    count += places.length;
    last = places.at(-1);
    if (!last) return count;
  }
}
