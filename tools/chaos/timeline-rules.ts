import type pg from 'pg';
import type { Finding } from './finding.js';

/** A fact in the orchestrator's database, with its position in its saga. */
export interface StoredFact {
  readonly position: number;
  readonly key: string;
  readonly kind: string;
  /** Milliseconds since the epoch. */
  readonly at: number;
  readonly step?: string;
  readonly direction?: string;
  readonly ms?: number;
  readonly error?: { readonly code: string; readonly message: string };
}

/** The facts of one saga, in the order of their positions. */
export interface StoredTimeline {
  /** The saga's name and id. */
  readonly name: string;
  readonly facts: readonly StoredFact[];
}

/** A rule for every timeline. */
interface TimelineRule {
  readonly rule: string;
  /** Whether the rule applies to a timeline. */
  readonly applies: (facts: readonly StoredFact[]) => boolean;
  /** The violations, as text. */
  readonly broken: (facts: readonly StoredFact[]) => readonly string[];
}

const hasFailedAttempts = (facts: readonly StoredFact[]): boolean => facts.some(isFailedAttempt);

const TIMELINE_RULES: readonly TimelineRule[] = [
  {
    rule: 'every timeline is without a gap',
    applies: (facts) => facts.length > 0,
    broken: (facts) => facts.filter(({ position }, nth) => position !== nth + 1).map(formatFact),
  },
  {
    rule: 'the facts of a timeline are in order of time',
    applies: (facts) => facts.length > 1,
    broken: (facts) => facts.filter(({ at }, nth) => at < (facts[nth - 1]?.at ?? at)).map(formatFact),
  },
  {
    rule: 'nothing stands twice in a timeline',
    applies: (facts) => facts.length > 0,
    broken: (facts) => findRepeated(facts.filter((fact) => !isFailedAttempt(fact))),
  },
  {
    rule: 'no failed attempt stands twice in a timeline',
    applies: hasFailedAttempts,
    broken: (facts) => findRepeated(facts.filter(isFailedAttempt)),
  },
  {
    rule: 'every timeline begins once and ends once, and nothing comes after its end',
    applies: (facts) => facts.some(({ kind }) => kind === 'ENDED'),
    broken: (facts) => facts.filter(({ kind }, nth) => !isInPlace(kind, nth, facts.length)).map(formatFact),
  },
  {
    rule: 'no failed attempt comes before its step began or after it ended',
    applies: hasFailedAttempts,
    broken: (facts) => findStrayAttempts(facts).map(formatFact),
  },
];

function isFailedAttempt({ kind }: StoredFact): boolean {
  return kind === 'ATTEMPT_FAILED';
}

/** The first fact is the beginning, the last one is the end. */
function isInPlace(kind: string, nth: number, count: number): boolean {
  return (kind === 'STARTED') === (nth === 0) && (kind === 'ENDED') === (nth === count - 1);
}

/** Duplicates: under one key, or with the same content under several. */
function findRepeated(facts: readonly StoredFact[]): string[] {
  const keys = new Set<string>();
  const contents = new Set<string>();
  return facts.flatMap((fact) => {
    const { kind, step, direction, at, ms, error } = fact;
    // An undo that an operator put off begins again, later.
    const content = JSON.stringify([kind, step, direction, at, ms, error?.message]);
    const isNew = !keys.has(fact.key) && !contents.has(content);
    keys.add(fact.key);
    contents.add(content);
    return isNew ? [] : [formatFact(fact)];
  });
}

function findStrayAttempts(facts: readonly StoredFact[]): StoredFact[] {
  const underWay = new Set<string>();
  return facts.filter((fact) => {
    const step = `${fact.direction ?? ''} ${fact.step ?? ''}`;
    if (fact.kind === 'STEP_STARTED') underWay.add(step);
    if (fact.kind === 'STEP_ENDED') underWay.delete(step);
    return isFailedAttempt(fact) && !underWay.has(step);
  });
}

function formatFact({ position, kind, direction, step }: StoredFact): string {
  return [`${position}:`, kind, direction === 'undo' ? 'undo' : undefined, step].filter(Boolean).join(' ');
}

/** The timelines of all sagas. */
export async function readTimelines(orchestrator: pg.Pool): Promise<StoredTimeline[]> {
  const stored = await orchestrator.query<{ name: string; facts: StoredFact[] }>(
    `select saga || ' ' || id as name,
       jsonb_agg(fact || jsonb_build_object('position', position + nth - 1) order by position, nth) as facts
     from saga_facts, jsonb_array_elements(facts) with ordinality as f (fact, nth) group by saga, id`,
  );
  return stored.rows;
}

/** Checks timelines against every rule. */
export function checkTimelines(timelines: readonly StoredTimeline[]): Finding[] {
  return TIMELINE_RULES.map(({ rule: text, applies, broken }) => {
    const cases = timelines.filter(({ facts }) => applies(facts));
    const violations = cases.flatMap(({ name, facts }) => broken(facts).map((what) => `${name}, ${what}`));
    return { rule: text, cases: cases.length, violations };
  });
}
