import { markPrepared } from '@bff/database';
import { BoundedMap } from '@bff/kernel';
import type { SagaFact, SagaIdentity, SagaKey } from '@bff/saga';
import { sql } from 'kysely';
import type { Kysely, Transaction } from 'kysely';
import { projectFacts } from './saga-projection.js';
import type { SagaProjection } from './saga-projection.js';
import { toAttemptKey, toJson, toFact } from './stored-fact.js';
import type { StoredFact } from './stored-fact.js';
import type { TimelineTables } from './timeline.tables.js';
import { upsertProjections } from './upsert-projections.js';

/** A fact and its saga. */
export interface FactEntry {
  readonly saga: SagaIdentity;
  readonly fact: SagaFact;
}

/** The NOTIFY channel with the sagas that have new facts. */
export const CHANNEL = 'saga_facts';

/** The key of a saga as text. */
export function formatKey({ saga, id }: SagaKey): string {
  return `${saga}/${id}`;
}

export function formatSagaKey({ saga, sagaId }: SagaIdentity): string {
  return formatKey({ saga, id: sagaId });
}

interface SagaGroup {
  readonly identity: SagaIdentity;
  readonly sagaKey: SagaKey;
  readonly facts: SagaFact[];
}

/** The projection of a saga, and what decides which facts are new to it. */
interface ProjectionState {
  /** The position of its last fact. */
  readonly position: number;
  /** Null when the saga has no fact. */
  readonly projection: SagaProjection | null;
  /** The keys of all facts, and the content of each failed attempt: a fact among them is a duplicate. */
  readonly keys: ReadonlySet<string>;
  /** The steps and undos that have ended. */
  readonly closed: ReadonlySet<string>;
}

/** Facts that are new to a saga, and its state after them. */
interface NewFacts {
  readonly sagaKey: SagaKey;
  readonly identity: SagaIdentity;
  readonly facts: readonly SagaFact[];
  readonly before: number;
  readonly after: ProjectionState;
}

const EMPTY: ProjectionState = { position: 0, projection: null, keys: new Set(), closed: new Set() };

const MAX_CACHED_STATES = 10_000;

/**
 * The event log of sagas: appends facts, each once, in one transaction with the projection. A saga that no other process writes
 * meanwhile, which is the rule, costs one statement.
 */
export class EventLog {
  private readonly states = new BoundedMap<string, ProjectionState>(MAX_CACHED_STATES);

  constructor(private readonly database: Kysely<TimelineTables>) {}

  async append(entries: readonly FactEntry[]): Promise<void> {
    const groups = groupBySaga(entries);
    const newFacts = groups.flatMap((group) =>
      selectNewFacts(group, this.states.get(formatKey(group.sagaKey)) ?? EMPTY),
    );
    if (newFacts.length === 0) return;
    const written = await appendIfUnchanged(this.database, newFacts);
    const others = new Set<string>();
    for (const { sagaKey, after } of newFacts)
      if (written.has(formatKey(sagaKey))) this.remember(sagaKey, after);
      else others.add(formatKey(sagaKey));
    if (others.size > 0) await this.appendLocked(groups.filter(({ sagaKey }) => others.has(formatKey(sagaKey))));
  }

  /** Drops the cached state of a saga that has ended. */
  forget(saga: SagaIdentity): void {
    this.states.delete(formatSagaKey(saga));
  }

  /** Appends to sagas that another process has written: reads their event logs under a lock first. */
  private async appendLocked(groups: readonly SagaGroup[]): Promise<void> {
    const { states, newFacts } = await this.database.transaction().execute(async (trx) => {
      const states = await lockAndReplay(trx, groups);
      const newFacts = groups.flatMap((group) => selectNewFacts(group, states.get(formatKey(group.sagaKey)) ?? EMPTY));
      if (newFacts.length > 0) await appendIfUnchanged(trx, newFacts);
      return { states, newFacts };
    });
    for (const { sagaKey } of groups) this.remember(sagaKey, states.get(formatKey(sagaKey)) ?? EMPTY);
    for (const { sagaKey, after } of newFacts) this.remember(sagaKey, after);
  }

  private remember(sagaKey: SagaKey, state: ProjectionState): void {
    this.states.set(formatKey(sagaKey), state);
  }
}

function groupBySaga(entries: readonly FactEntry[]): SagaGroup[] {
  const groups = new Map<string, SagaGroup>();
  for (const { saga: identity, fact } of entries) {
    const sagaKey = { saga: identity.saga, id: identity.sagaId };
    const key = formatKey(sagaKey);
    const group = groups.get(key) ?? { identity, sagaKey, facts: [] };
    groups.set(key, group);
    group.facts.push(fact);
  }
  return [...groups.values()];
}

/** The facts that are accepted and not stored yet, in order of time. Empty when there are none. */
function selectNewFacts({ identity, sagaKey, facts: all }: SagaGroup, state: ProjectionState): NewFacts[] {
  const draft = copyState(state);
  const facts: SagaFact[] = [];
  for (const fact of all) {
    // A fact of a slow worker, or of one whose clock is behind, gets the time of the fact before it.
    const placed = { ...fact, at: Math.max(fact.at, draft.projection?.last_at ?? fact.at) };
    if (!isAccepted(placed, draft)) continue;
    facts.push(placed);
    applyFact(draft, identity, placed);
  }
  return facts.length === 0 ? [] : [{ sagaKey, identity, facts, before: state.position, after: draft }];
}

/**
 * Whether a fact is stored: each once, and none after the end of its saga. A failed attempt after the end of its step comes from
 * a worker that was replaced meanwhile, and is ignored. So is an attempt whose content equals another one: a worker that was
 * paused while its saga was delivered again makes an attempt twice.
 */
function isAccepted(fact: SagaFact, { keys, closed, projection }: ProjectionState): boolean {
  if (keys.has(fact.key) || (projection !== null && projection.ended_at !== null)) return false;
  return fact.kind !== 'ATTEMPT_FAILED' || !(closed.has(formatStep(fact)) || keys.has(toAttemptKey(fact)));
}

function formatStep({ step, direction }: SagaFact): string {
  return `${direction ?? ''} ${step ?? ''}`;
}

interface MutableState extends ProjectionState {
  position: number;
  projection: SagaProjection | null;
  readonly keys: Set<string>;
  readonly closed: Set<string>;
}

function copyState({ position, projection, keys, closed }: ProjectionState): MutableState {
  return { position, projection, keys: new Set(keys), closed: new Set(closed) };
}

function applyFact(draft: MutableState, identity: SagaIdentity, fact: SagaFact): void {
  draft.position++;
  draft.projection = projectFacts(draft.projection, identity, [fact]);
  draft.keys.add(fact.key);
  if (fact.kind === 'ATTEMPT_FAILED') draft.keys.add(toAttemptKey(fact));
  if (fact.kind === 'STEP_ENDED') draft.closed.add(formatStep(fact));
  if (fact.kind === 'STEP_STARTED') draft.closed.delete(formatStep(fact));
}

/**
 * Appends the new facts of each saga whose last position has not changed, and notifies listeners. Returns the keys of those
 * sagas; of the others nothing is stored. Sagas are locked in one order, so that two writers never deadlock.
 */
async function appendIfUnchanged(
  database: Kysely<TimelineTables>,
  newFacts: readonly NewFacts[],
): Promise<ReadonlySet<string>> {
  const rows = newFacts.map(
    ({ sagaKey, identity: { version, subject }, facts, before, after: { position, projection } }) => ({
      ...sagaKey,
      version,
      subject,
      before,
      after: position,
      view: projection,
      facts,
    }),
  );
  const written = await sql<{ saga: string; id: string }>`${markPrepared('append_facts')}
    with new_facts as (
      select * from jsonb_to_recordset(${toJson(rows)}::jsonb) as new_facts (
        saga text, id text, version integer, subject text, before integer, after integer, view jsonb, facts jsonb
      )
    ), unchanged as (
      insert into sagas (saga, id, version, subject, last_position)
      select saga, id, version, subject, after from new_facts
      -- One index lookup each. A join would keep the plan of its first execution, which reads all sagas when they were few.
      where before = coalesce((select last_position from sagas where (saga, id) = (new_facts.saga, new_facts.id)), 0)
      order by saga, id
      -- No other transaction changed it between that lookup and the lock.
      on conflict (saga, id) do update set last_position = excluded.last_position
      where (sagas.saga, sagas.id, sagas.last_position) in (select saga, id, before from new_facts)
      returning saga, id
    ), written as (
      select new_facts.* from new_facts join unchanged using (saga, id)
    ), facts as (
      insert into saga_facts select saga, id, before + 1, facts from written
    ), views as (
      ${upsertProjections(sql`select (jsonb_populate_record(null::saga_views, written.view)).* from written`)}
    )
    select saga, id, pg_notify(${CHANNEL}, saga || '/' || id) from written`.execute(database);
  return new Set(written.rows.map(formatKey));
}

/**
 * Locks sagas, creates those that are new, and replays their facts. Other writers of the same sagas wait, so that positions have
 * no gaps and follow the order of the transactions.
 */
async function lockAndReplay(
  trx: Transaction<TimelineTables>,
  groups: readonly SagaGroup[],
): Promise<ReadonlyMap<string, ProjectionState>> {
  const sagas = JSON.stringify(
    groups.map(({ sagaKey, identity: { version, subject } }) => ({ ...sagaKey, version, subject })),
  );
  await sql`
    insert into sagas (saga, id, version, subject)
    select * from jsonb_to_recordset(${sagas}::jsonb) as saga (saga text, id text, version integer, subject text)
    order by saga, id
    on conflict (saga, id) do update set last_position = sagas.last_position`.execute(trx);
  // Read after the lock: the facts cannot change any more.
  const { rows } = await sql<SagaKey & { readonly facts: readonly StoredFact[] }>`
    select saga, id, written.facts
    from jsonb_to_recordset(${sagas}::jsonb) as saga (saga text, id text) join saga_facts written using (saga, id)
    order by saga, id, written.position`.execute(trx);
  const factsBySaga = Map.groupBy(rows, formatKey);
  return new Map(
    groups.map(({ identity, sagaKey }) => {
      const facts = (factsBySaga.get(formatKey(sagaKey)) ?? []).flatMap((row) => row.facts.map(toFact));
      const draft = copyState(EMPTY);
      for (const fact of facts) applyFact(draft, identity, fact);
      return [formatKey(sagaKey), draft];
    }),
  );
}
