import type { SagaFact, SagaIdentity } from '@bff/saga';
import { sql } from 'kysely';
import type { Kysely, RawBuilder, Transaction } from 'kysely';
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
export function placeOf({ saga, id }: Place): string {
  return `${saga}/${id}`;
}

interface Place {
  readonly saga: string;
  readonly id: string;
}

interface Group {
  readonly identity: SagaIdentity;
  readonly place: Place;
  readonly facts: SagaFact[];
}

/** What is written of a saga, as somebody saw it. */
interface Standing {
  /** Of its last fact. */
  readonly position: number;
  readonly view: SagaView | null;
  readonly keys: ReadonlySet<string>;
}

/** Facts that are new to a saga, and how it stands after them. */
interface Fresh {
  readonly place: Place;
  readonly identity: SagaIdentity;
  readonly facts: readonly SagaFact[];
  readonly before: number;
  readonly view: SagaView;
  readonly keys: ReadonlySet<string>;
}

const NOTHING: Standing = { position: 0, view: null, keys: new Set() };

/** Of so many sagas it is remembered what this process saw of them last. */
const MAX_SEEN = 10_000;

/**
 * Writes facts down, each once, in one transaction with how their sagas stand after them. A saga that nobody else writes of
 * meanwhile, as is the rule, costs one statement.
 */
export class TimelineStore {
  private readonly seen = new Map<string, Standing>();

  constructor(private readonly database: Kysely<TimelineTables>) {}

  async append(notes: readonly Note[]): Promise<void> {
    // In one order, so that two writers never wait for one another in a circle.
    const groups = groupsOf(notes).sort((a, b) => (placeOf(a.place) < placeOf(b.place) ? -1 : 1));
    const fresh = groups.flatMap((group) => freshOf(group, this.seen.get(placeOf(group.place)) ?? NOTHING));
    if (fresh.length === 0) return;
    const written = await putIfUnchanged(this.database, fresh);
    for (const one of fresh) if (written.has(placeOf(one.place))) this.remember(one);
    const others = fresh.filter(({ place }) => !written.has(placeOf(place))).map(({ place }) => placeOf(place));
    if (others.length > 0) await this.appendLocked(groups.filter(({ place }) => others.includes(placeOf(place))));
  }

  /** Whether this process knows that a fact is written. */
  isWritten({ saga, fact }: Note): boolean {
    return this.seen.get(placeOf({ saga: saga.saga, id: saga.sagaId }))?.keys.has(fact.key) ?? false;
  }

  /** Nothing more comes of a saga. */
  forget({ saga, sagaId }: SagaIdentity): void {
    this.seen.delete(placeOf({ saga, id: sagaId }));
  }

  /** After a look at what is there, under a lock. */
  private async appendLocked(groups: readonly Group[]): Promise<void> {
    const fresh = await this.database.transaction().execute(async (trx) => {
      const standings = await lockedStandings(trx, groups);
      const found = groups.flatMap((group) => freshOf(group, standings.get(placeOf(group.place)) ?? NOTHING));
      await putIfUnchanged(trx, found);
      return found;
    });
    for (const one of fresh) this.remember(one);
  }

  private remember({ place, before, facts, view, keys }: Fresh): void {
    this.seen.set(placeOf(place), { position: before + facts.length, view, keys });
    const [oldest] = this.seen.keys();
    if (this.seen.size > MAX_SEEN && oldest !== undefined) this.seen.delete(oldest);
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

/** The facts that are not there yet; a fact that comes twice at once is one. Nothing when all of them are there. */
function freshOf({ identity, place, facts: all }: Group, { position, view, keys }: Standing): Fresh[] {
  const byKey = new Map(all.filter(({ key }) => !keys.has(key)).map((fact) => [fact.key, fact]));
  const facts = [...byKey.values()];
  const [first] = facts;
  if (!first) return [];
  const begun = view ?? unseen(identity, first.at);
  return [
    {
      place,
      identity,
      facts,
      before: position,
      view: facts.reduce(after, begun),
      keys: new Set([...keys, ...byKey.keys()]),
    },
  ];
}

/**
 * Writes what is fresh of each saga whose last position is the one that the facts are to follow, and tells who listens. Gives
 * back the places of those sagas; of the others nothing is written.
 */
async function putIfUnchanged(database: Kysely<TimelineTables>, fresh: readonly Fresh[]): Promise<ReadonlySet<string>> {
  const rows = fresh.map(({ place, identity: { version, subject }, facts, before, view }) => ({
    ...{ ...place, version, subject, before, after: before + facts.length, view },
    facts: facts.map((fact, nth) => ({ position: before + nth + 1, key: fact.key, fact })),
  }));
  const written = await sql<{ saga: string; id: string }>`
    with fresh as (
      select * from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) as fresh (
        saga text, id text, version integer, subject text, before integer, after integer, view jsonb, facts jsonb
      )
    ), begun as (
      insert into sagas (saga, id, version, subject, last_position)
      select saga, id, version, subject, after from fresh where before = 0
      on conflict (saga, id) do update set last_position = excluded.last_position where sagas.last_position = 0
      returning saga, id
    ), continued as (
      update sagas set last_position = fresh.after from fresh
      where sagas.saga = fresh.saga and sagas.id = fresh.id
        and fresh.before > 0 and sagas.last_position = fresh.before
      returning sagas.saga, sagas.id
    ), written as (
      select fresh.* from fresh join (select * from begun union all select * from continued) as ours using (saga, id)
    ), facts as (
      insert into saga_facts
      select written.saga, written.id, fact.position, fact.key, fact.fact
      from written, jsonb_to_recordset(written.facts) as fact (position integer, key text, fact jsonb)
    ), views as (
      ${putViews(sql`select (jsonb_populate_record(null::saga_views, written.view)).* from written`)}
    )
    select saga, id, pg_notify(${CHANNEL}, saga || '/' || id) from written`.execute(database);
  return new Set(written.rows.map(placeOf));
}

/**
 * How sagas stand; one that is new begins here. Whoever writes of the same saga waits: positions have no gaps, and come in the
 * order of the transactions.
 */
async function lockedStandings(
  trx: Transaction<TimelineTables>,
  groups: readonly Group[],
): Promise<ReadonlyMap<string, Standing>> {
  const sagas = JSON.stringify(
    groups.map(({ place, identity: { version, subject } }) => ({ ...place, version, subject })),
  );
  await sql`
    insert into sagas (saga, id, version, subject)
    select * from jsonb_to_recordset(${sagas}::jsonb) as saga (saga text, id text, version integer, subject text)
    on conflict (saga, id) do update set last_position = sagas.last_position`.execute(trx);
  // Only now, that they are locked, is it known what was written of them.
  const { rows } = await sql<Place & Omit<Standing, 'keys'> & { keys: readonly string[] }>`
    select saga, id, sagas.last_position as position,
      (select to_jsonb(view) from saga_views view where view.saga = sagas.saga and view.id = sagas.id) as view,
      array(select fact.key from saga_facts fact where fact.saga = sagas.saga and fact.id = sagas.id) as keys
    from sagas join jsonb_to_recordset(${sagas}::jsonb) as wanted (saga text, id text) using (saga, id)`.execute(trx);
  return new Map(rows.map((row) => [placeOf(row), { ...row, keys: new Set(row.keys) }]));
}

/** Puts how sagas stand, rows of saga_views, in the place of how they stood. */
export function putViews(rows: RawBuilder<unknown>): RawBuilder<unknown> {
  return sql`
    insert into saga_views ${rows}
    on conflict (saga, id) do update set
      status = excluded.status, step = excluded.step, direction = excluded.direction, began_at = excluded.began_at,
      last_at = excluded.last_at, ended_at = excluded.ended_at, failing_since = excluded.failing_since,
      attention_since = excluded.attention_since, error = excluded.error, can = excluded.can`;
}
