import { prepared } from '@bff/database';
import { BoundedMap } from '@bff/kernel';
import type { SagaFact, SagaIdentity } from '@bff/saga';
import { sql } from 'kysely';
import type { Kysely, RawBuilder, Transaction } from 'kysely';
import { projectFacts } from './saga-projection.js';
import type { SagaProjection } from './saga-projection.js';
import { toAttemptKey, toJson, toFact } from './stored-fact.js';
import type { StoredFact } from './stored-fact.js';
import type { TimelineTables } from './timeline.tables.js';

/** A fact, and whose it is. */
export interface FactEntry {
  readonly saga: SagaIdentity;
  readonly fact: SagaFact;
}

/** The channel on which PostgreSQL tells who listens which sagas have new facts. */
export const CHANNEL = 'saga_facts';

/** A row's place in the tables, as text. */
export function formatKey({ saga, id }: SagaKey): string {
  return `${saga}/${id}`;
}

/** A saga's place in the tables, as text. */
export function formatSagaKey({ saga, sagaId }: SagaIdentity): string {
  return formatKey({ saga, id: sagaId });
}

interface SagaKey {
  readonly saga: string;
  readonly id: string;
}

interface SagaGroup {
  readonly identity: SagaIdentity;
  readonly place: SagaKey;
  readonly facts: SagaFact[];
}

/** What is written of a saga, as somebody saw it. */
interface ProjectionState {
  /** Of its last fact. */
  readonly position: number;
  /** Null when it has none. */
  readonly view: SagaProjection | null;
  /** Of all facts, and what each failed attempt says: whatever comes again is known. */
  readonly keys: ReadonlySet<string>;
  /** The steps and undos that have ended. */
  readonly closed: ReadonlySet<string>;
}

/** Facts that are new to a saga, and how it stands after them. */
interface NewFacts {
  readonly place: SagaKey;
  readonly identity: SagaIdentity;
  readonly facts: readonly SagaFact[];
  readonly before: number;
  readonly after: ProjectionState;
}

const EMPTY: ProjectionState = { position: 0, view: null, keys: new Set(), closed: new Set() };

/** The number of sagas of which this process keeps the state that it saw last. */
const MAX_CACHED_STATES = 10_000;

/**
 * Writes facts down, each once, in one transaction with how their sagas stand after them. A saga that nobody else writes of
 * meanwhile, as is the rule, costs one statement.
 */
export class EventLog {
  private readonly states = new BoundedMap<string, ProjectionState>(MAX_CACHED_STATES);

  constructor(private readonly database: Kysely<TimelineTables>) {}

  async append(notes: readonly FactEntry[]): Promise<void> {
    const groups = groupBySaga(notes);
    const fresh = groups.flatMap((group) => selectNewFacts(group, this.states.get(formatKey(group.place)) ?? EMPTY));
    if (fresh.length === 0) return;
    const written = await appendIfUnchanged(this.database, fresh);
    const others = new Set<string>();
    for (const { place, after } of fresh)
      if (written.has(formatKey(place))) this.remember(place, after);
      else others.add(formatKey(place));
    if (others.size > 0) await this.appendLocked(groups.filter(({ place }) => others.has(formatKey(place))));
  }

  /** Nothing more comes of a saga. */
  forget(saga: SagaIdentity): void {
    this.states.delete(formatSagaKey(saga));
  }

  /** After a look at what is there, under a lock. */
  private async appendLocked(groups: readonly SagaGroup[]): Promise<void> {
    const { standings, fresh } = await this.database.transaction().execute(async (trx) => {
      const standings = await lockAndReplay(trx, groups);
      const fresh = groups.flatMap((group) => selectNewFacts(group, standings.get(formatKey(group.place)) ?? EMPTY));
      if (fresh.length > 0) await appendIfUnchanged(trx, fresh);
      return { standings, fresh };
    });
    for (const { place } of groups) this.remember(place, standings.get(formatKey(place)) ?? EMPTY);
    for (const { place, after } of fresh) this.remember(place, after);
  }

  private remember(place: SagaKey, standing: ProjectionState): void {
    this.states.set(formatKey(place), standing);
  }
}

function groupBySaga(notes: readonly FactEntry[]): SagaGroup[] {
  const groups = new Map<string, SagaGroup>();
  for (const { saga: identity, fact } of notes) {
    const place = { saga: identity.saga, id: identity.sagaId };
    const key = formatKey(place);
    const group = groups.get(key) ?? { identity, place, facts: [] };
    groups.set(key, group);
    group.facts.push(fact);
  }
  return [...groups.values()];
}

/** The facts that are accepted and not there yet, in order of time. Nothing when there are none. */
function selectNewFacts({ identity, place, facts: all }: SagaGroup, standing: ProjectionState): NewFacts[] {
  const draft = copyState(standing);
  const facts: SagaFact[] = [];
  for (const fact of all) {
    // A fact of a worker that was slow, or whose clock is behind, does not lead back in time.
    const placed = { ...fact, at: Math.max(fact.at, draft.view?.last_at ?? fact.at) };
    if (!isAccepted(placed, draft)) continue;
    facts.push(placed);
    applyFact(draft, identity, placed);
  }
  return facts.length === 0 ? [] : [{ place, identity, facts, before: standing.position, after: draft }];
}

/**
 * Whether a fact belongs to what is written: each is written once, and nothing after the end of its saga. A failed attempt
 * that comes after the end of its step is from a worker that was replaced meanwhile: it decided nothing. Neither did one that is
 * as another in all that it says: a worker that was paused, and had been sent its saga again, makes an attempt twice at a time.
 */
function isAccepted(fact: SagaFact, { keys, closed, view }: ProjectionState): boolean {
  if (keys.has(fact.key) || (view !== null && view.ended_at !== null)) return false;
  return fact.kind !== 'ATTEMPT_FAILED' || !(closed.has(formatStep(fact)) || keys.has(toAttemptKey(fact)));
}

function formatStep({ step, direction }: SagaFact): string {
  return `${direction ?? ''} ${step ?? ''}`;
}

interface MutableState extends ProjectionState {
  position: number;
  view: SagaProjection | null;
  readonly keys: Set<string>;
  readonly closed: Set<string>;
}

function copyState({ position, view, keys, closed }: ProjectionState): MutableState {
  return { position, view, keys: new Set(keys), closed: new Set(closed) };
}

function applyFact(draft: MutableState, identity: SagaIdentity, fact: SagaFact): void {
  draft.position++;
  draft.view = projectFacts(draft.view, identity, [fact]);
  draft.keys.add(fact.key);
  if (fact.kind === 'ATTEMPT_FAILED') draft.keys.add(toAttemptKey(fact));
  if (fact.kind === 'STEP_ENDED') draft.closed.add(formatStep(fact));
  if (fact.kind === 'STEP_STARTED') draft.closed.delete(formatStep(fact));
}

/**
 * Writes what is fresh of each saga whose last position is the one that the facts are to follow, and tells who listens. Gives
 * back the places of those sagas; of the others nothing is written. Sagas are locked in one order, so that two writers never
 * wait for one another in a circle.
 */
async function appendIfUnchanged(
  database: Kysely<TimelineTables>,
  fresh: readonly NewFacts[],
): Promise<ReadonlySet<string>> {
  const rows = fresh.map(({ place, identity: { version, subject }, facts, before, after: { position, view } }) => ({
    ...{ ...place, version, subject, before, after: position, view },
    facts,
  }));
  const written = await sql<{ saga: string; id: string }>`${prepared('append_facts')}
    with fresh as (
      select * from jsonb_to_recordset(${toJson(rows)}::jsonb) as fresh (
        saga text, id text, version integer, subject text, before integer, after integer, view jsonb, facts jsonb
      )
    ), unchanged as (
      insert into sagas (saga, id, version, subject, last_position)
      select saga, id, version, subject, after from fresh
      -- Each by the index. A join has a plan, kept for as long as the connection, that reads all sagas when they were few.
      where before = coalesce((select last_position from sagas where (saga, id) = (fresh.saga, fresh.id)), 0)
      order by saga, id
      -- Nobody changed it between that look and the lock, either.
      on conflict (saga, id) do update set last_position = excluded.last_position
      where (sagas.saga, sagas.id, sagas.last_position) in (select saga, id, before from fresh)
      returning saga, id
    ), written as (
      select fresh.* from fresh join unchanged using (saga, id)
    ), facts as (
      insert into saga_facts select saga, id, before + 1, facts from written
    ), views as (
      ${upsertProjections(sql`select (jsonb_populate_record(null::saga_views, written.view)).* from written`)}
    )
    select saga, id, pg_notify(${CHANNEL}, saga || '/' || id) from written`.execute(database);
  return new Set(written.rows.map(formatKey));
}

/**
 * How sagas stand, made of what is written of them; one that is new begins here. Whoever writes of the same saga waits:
 * positions have no gaps, and come in the order of the transactions.
 */
async function lockAndReplay(
  trx: Transaction<TimelineTables>,
  groups: readonly SagaGroup[],
): Promise<ReadonlyMap<string, ProjectionState>> {
  const sagas = JSON.stringify(
    groups.map(({ place, identity: { version, subject } }) => ({ ...place, version, subject })),
  );
  await sql`
    insert into sagas (saga, id, version, subject)
    select * from jsonb_to_recordset(${sagas}::jsonb) as saga (saga text, id text, version integer, subject text)
    order by saga, id
    on conflict (saga, id) do update set last_position = sagas.last_position`.execute(trx);
  // Only now, that they are locked, is it known what was written of them.
  const { rows } = await sql<SagaKey & { readonly facts: readonly StoredFact[] }>`
    select saga, id, written.facts
    from jsonb_to_recordset(${sagas}::jsonb) as saga (saga text, id text) join saga_facts written using (saga, id)
    order by saga, id, written.position`.execute(trx);
  const factsOf = Map.groupBy(rows, formatKey);
  return new Map(
    groups.map(({ identity, place }) => {
      const facts = (factsOf.get(formatKey(place)) ?? []).flatMap((row) => row.facts.map(toFact));
      const draft = copyState(EMPTY);
      for (const fact of facts) applyFact(draft, identity, fact);
      return [formatKey(place), draft];
    }),
  );
}

/** Puts how sagas stand, rows of saga_views, in the place of how they stood. */
export function upsertProjections(rows: RawBuilder<unknown>): RawBuilder<unknown> {
  return sql`
    insert into saga_views ${rows}
    on conflict (saga, id) do update set
      status = excluded.status, step = excluded.step, direction = excluded.direction, began_at = excluded.began_at,
      last_at = excluded.last_at, ended_at = excluded.ended_at, failing_since = excluded.failing_since,
      attention_since = excluded.attention_since, error = excluded.error, can = excluded.can`;
}
