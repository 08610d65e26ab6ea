import type { SagaFact, SagaIdentity } from '@bff/saga';
import { sql } from 'kysely';
import type { Kysely, Transaction } from 'kysely';
import { after, unseen } from './saga-view.js';
import type { SagaView } from './saga-view.js';
import type { TimelineTables } from './timeline.tables.js';

/** A fact, and whose it is. */
export interface Note {
  readonly saga: SagaIdentity;
  readonly fact: SagaFact;
}

/** The channel on which PostgreSQL tells who listens which sagas have new facts. */
export const CHANNEL = 'saga_facts';

/** A saga's place in the tables, as text. */
export function placeOf({ saga, id }: { readonly saga: string; readonly id: string }): string {
  return `${saga}/${id}`;
}

interface Group {
  readonly identity: SagaIdentity;
  readonly place: { readonly saga: string; readonly id: string };
  readonly facts: SagaFact[];
}

/** Writes facts down, each once, in one transaction with how their sagas stand after them. */
export class TimelineStore {
  constructor(private readonly database: Kysely<TimelineTables>) {}

  async append(notes: readonly Note[]): Promise<void> {
    if (notes.length === 0) return;
    // In one order, so that two writers never wait for one another in a circle.
    const groups = groupsOf(notes).sort((a, b) => (placeOf(a.place) < placeOf(b.place) ? -1 : 1));
    await this.database.transaction().execute((trx) => appendIn(trx, groups));
  }
}

function groupsOf(notes: readonly Note[]): Group[] {
  const groups = new Map<string, Group>();
  for (const { saga: identity, fact } of notes) {
    const place = { saga: identity.saga, id: identity.sagaId };
    const key = placeOf(place);
    const group = groups.get(key) ?? { identity, place, facts: [] };
    groups.set(key, group);
    group.facts.push(fact);
  }
  return [...groups.values()];
}

async function appendIn(trx: Transaction<TimelineTables>, groups: readonly Group[]): Promise<void> {
  await trx
    .insertInto('sagas')
    .values(groups.map(({ place, identity: { version, subject } }) => ({ ...place, version, subject })))
    .onConflict((conflict) => conflict.doNothing())
    .execute();
  // Whoever writes of the same saga waits here: positions have no gaps, and come in the order of the transactions.
  const locked = await trx
    .selectFrom('sagas')
    .select(['saga', 'id', 'last_position'])
    .where(isOneOf(groups))
    .orderBy('saga')
    .orderBy('id')
    .forUpdate()
    .execute();
  const last = new Map(locked.map((row) => [placeOf(row), row.last_position]));
  const known = await knownKeys(trx, groups);
  const fresh = groups
    .map((group) => ({ ...group, facts: unknownOf(group, known) }))
    .filter(({ facts }) => facts.length > 0);
  if (fresh.length === 0) return;
  const rows = fresh.flatMap(({ place, facts }) =>
    facts.map((fact, nth) => ({
      ...place,
      position: (last.get(placeOf(place)) ?? 0) + nth + 1,
      key: fact.key,
      fact: JSON.stringify(fact),
    })),
  );
  await trx.insertInto('saga_facts').values(rows).execute();
  await sql`
    update sagas set last_position = last_position + fresh.count
    from jsonb_to_recordset(${JSON.stringify(fresh.map(({ place, facts }) => ({ ...place, count: facts.length })))}::jsonb)
      as fresh (saga text, id text, count integer)
    where sagas.saga = fresh.saga and sagas.id = fresh.id`.execute(trx);
  await bringUpToDate(trx, fresh);
  const places = fresh.map(({ place }) => placeOf(place));
  await sql`select pg_notify(${CHANNEL}, place) from unnest(${places}::text[]) as place`.execute(trx);
}

async function knownKeys(trx: Transaction<TimelineTables>, groups: readonly Group[]): Promise<ReadonlySet<string>> {
  const keys = groups.flatMap(({ facts }) => facts.map(({ key }) => key));
  const rows = await trx
    .selectFrom('saga_facts')
    .select(['saga', 'id', 'key'])
    .where(isOneOf(groups))
    .where('key', 'in', keys)
    .execute();
  return new Set(rows.map((row) => `${placeOf(row)} ${row.key}`));
}

/** The facts that are not there yet; a fact that comes twice at once is one. */
function unknownOf({ place, facts }: Group, known: ReadonlySet<string>): SagaFact[] {
  const byKey = new Map(facts.map((fact) => [fact.key, fact]));
  return [...byKey.values()].filter(({ key }) => !known.has(`${placeOf(place)} ${key}`));
}

async function bringUpToDate(trx: Transaction<TimelineTables>, groups: readonly Group[]): Promise<void> {
  const rows = await trx.selectFrom('saga_views').selectAll().where(isOneOf(groups)).execute();
  const views = new Map<string, SagaView>(rows.map((row) => [placeOf(row), row]));
  const next = groups.map(({ place, identity, facts }) =>
    facts.reduce<SagaView>(after, views.get(placeOf(place)) ?? unseen(identity, facts[0]?.at ?? 0)),
  );
  await putViews(trx, next);
}

/** Puts how sagas stand in the place of how they stood. */
export async function putViews(trx: Transaction<TimelineTables>, views: readonly SagaView[]): Promise<void> {
  const rows = views.map(({ error, can, ...view }) => ({
    ...view,
    error: error && JSON.stringify(error),
    can: can && JSON.stringify(can),
  }));
  await trx
    .insertInto('saga_views')
    .values(rows)
    .onConflict((conflict) =>
      conflict.columns(['saga', 'id']).doUpdateSet((eb) => ({
        status: eb.ref('excluded.status'),
        step: eb.ref('excluded.step'),
        direction: eb.ref('excluded.direction'),
        began_at: eb.ref('excluded.began_at'),
        last_at: eb.ref('excluded.last_at'),
        ended_at: eb.ref('excluded.ended_at'),
        failing_since: eb.ref('excluded.failing_since'),
        attention_since: eb.ref('excluded.attention_since'),
        error: eb.ref('excluded.error'),
        can: eb.ref('excluded.can'),
      })),
    )
    .execute();
}

function isOneOf(groups: readonly Group[]) {
  return sql<boolean>`(saga, id) in (${sql.join(groups.map(({ place }) => sql`(${place.saga}, ${place.id})`))})`;
}
