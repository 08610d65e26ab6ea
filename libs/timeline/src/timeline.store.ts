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
  const last = await lockedPositions(trx, groups);
  const found = await standing(trx, groups);
  const fresh = groups.flatMap((group) => {
    const place = placeOf(group.place);
    const { known = [], view = null } = found.get(place) ?? {};
    const facts = unknownOf(group, new Set(known));
    const begun = view ?? unseen(group.identity, facts[0]?.at ?? 0);
    return facts.length === 0
      ? []
      : [{ ...group.place, facts, last: last.get(place) ?? 0, view: facts.reduce(after, begun) }];
  });
  if (fresh.length === 0) return;
  const facts = fresh.flatMap(({ saga, id, last: before, facts }) =>
    facts.map((fact, nth) => ({ saga, id, position: before + nth + 1, key: fact.key, fact })),
  );
  const positions = fresh.map(({ saga, id, last: before, facts }) => ({ saga, id, position: before + facts.length }));
  await sql`
    with facts as (
      insert into saga_facts
      select * from jsonb_to_recordset(${JSON.stringify(facts)}::jsonb)
        as fact (saga text, id text, position integer, key text, fact jsonb)
    ), positions as (
      update sagas set last_position = fresh.position
      from jsonb_to_recordset(${JSON.stringify(positions)}::jsonb) as fresh (saga text, id text, position integer)
      where sagas.saga = fresh.saga and sagas.id = fresh.id
    )
    select pg_notify(${CHANNEL}, place) from unnest(${fresh.map(placeOf)}::text[]) as place`.execute(trx);
  await putViews(
    trx,
    fresh.map(({ view }) => view),
  );
}

/**
 * The position of each saga's last fact; a saga that is new begins at none. Whoever writes of the same saga waits here:
 * positions have no gaps, and come in the order of the transactions.
 */
async function lockedPositions(
  trx: Transaction<TimelineTables>,
  groups: readonly Group[],
): Promise<ReadonlyMap<string, number>> {
  const sagas = groups.map(({ place, identity: { version, subject } }) => ({ ...place, version, subject }));
  const { rows } = await sql<{ saga: string; id: string; last_position: number }>`
    insert into sagas (saga, id, version, subject)
    select * from jsonb_to_recordset(${JSON.stringify(sagas)}::jsonb)
      as saga (saga text, id text, version integer, subject text)
    on conflict (saga, id) do update set last_position = sagas.last_position
    returning saga, id, last_position`.execute(trx);
  return new Map(rows.map((row) => [placeOf(row), row.last_position]));
}

/** What is written of a saga: how it stands, and which of the facts that came are known. */
interface Standing {
  readonly view: SagaView | null;
  readonly known: readonly string[];
}

async function standing(
  trx: Transaction<TimelineTables>,
  groups: readonly Group[],
): Promise<ReadonlyMap<string, Standing>> {
  const wanted = groups.map(({ place, facts }) => ({ ...place, keys: facts.map(({ key }) => key) }));
  const { rows } = await sql<Standing & { saga: string; id: string }>`
    select wanted.saga, wanted.id,
      (select to_jsonb(view) from saga_views view where view.saga = wanted.saga and view.id = wanted.id) as view,
      array(
        select fact.key from saga_facts fact
        where fact.saga = wanted.saga and fact.id = wanted.id
          and fact.key in (select jsonb_array_elements_text(wanted.keys))
      ) as known
    from jsonb_to_recordset(${JSON.stringify(wanted)}::jsonb) as wanted (saga text, id text, keys jsonb)`.execute(trx);
  return new Map(rows.map((row) => [placeOf(row), row]));
}

/** The facts that are not there yet; a fact that comes twice at once is one. */
function unknownOf({ facts }: Group, known: ReadonlySet<string>): SagaFact[] {
  const byKey = new Map(facts.map((fact) => [fact.key, fact]));
  return [...byKey.values()].filter(({ key }) => !known.has(key));
}

/** Puts how sagas stand in the place of how they stood. */
export async function putViews(trx: Transaction<TimelineTables>, views: readonly SagaView[]): Promise<void> {
  await sql`
    insert into saga_views
    select * from jsonb_populate_recordset(null::saga_views, ${JSON.stringify(views)}::jsonb)
    on conflict (saga, id) do update set
      status = excluded.status, step = excluded.step, direction = excluded.direction, began_at = excluded.began_at,
      last_at = excluded.last_at, ended_at = excluded.ended_at, failing_since = excluded.failing_since,
      attention_since = excluded.attention_since, error = excluded.error, can = excluded.can`.execute(trx);
}
