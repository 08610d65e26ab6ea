import { SAGA_CODE_MISMATCH } from '@bff/saga';
import type { DecisionAction, Direction, SagaFact, SagaIdentity } from '@bff/saga';

export type SagaStatus = 'RUNNING' | 'UNDOING' | 'NEEDS_ATTENTION' | 'COMPLETED' | 'REJECTED';

/** The projection of a saga: its state, computed from its facts. Times are milliseconds since the epoch. */
export interface SagaProjection {
  readonly saga: string;
  readonly id: string;
  readonly version: number;
  /** Who owns the saga. */
  readonly subject: string;
  readonly status: SagaStatus;
  /** The current or last step; of a rejected saga the step that was rejected. */
  readonly step: string | null;
  readonly direction: Direction | null;
  readonly began_at: number;
  /** The time of the last fact. */
  readonly last_at: number;
  readonly ended_at: number | null;
  /** The first failed attempt of the current step. */
  readonly failing_since: number | null;
  readonly attention_since: number | null;
  /** The last error of the current step; of a rejected saga the reason. */
  readonly error: SagaFact['error'];
  /** What an operator can decide. While the saga's code does not match, what could be decided before, and can be after that. */
  readonly can: readonly DecisionAction[] | null;
}

/** Applies facts to the projection of a saga; null when the saga has no fact. */
export function projectFacts(
  view: SagaProjection | null,
  identity: SagaIdentity,
  facts: readonly SagaFact[],
): SagaProjection | null {
  const [first] = facts;
  return first ? facts.reduce(applyFact, view ?? createProjection(identity, first.at)) : view;
}

/** The projection of a saga before its first fact. */
function createProjection({ sagaId, saga, version, subject }: SagaIdentity, at: number): SagaProjection {
  return {
    saga,
    id: sagaId,
    version,
    subject,
    status: 'RUNNING',
    step: null,
    direction: null,
    began_at: at,
    last_at: at,
    ended_at: null,
    failing_since: null,
    attention_since: null,
    error: null,
    can: null,
  };
}

const NO_FAILURE = { failing_since: null, attention_since: null, error: null, can: null } as const;

/** Whether a saga cannot continue because its code does not match its journal. */
export function isMismatched({ status, error }: SagaProjection): boolean {
  return status === 'NEEDS_ATTENTION' && error?.code === SAGA_CODE_MISMATCH;
}

/** Applies one fact. */
function applyFact(view: SagaProjection, fact: SagaFact): SagaProjection {
  // A late fact of a worker that was replaced changes nothing in a saga that has ended.
  if (view.ended_at !== null) return view;
  return { ...view, last_at: Math.max(view.last_at, fact.at), ...toChange(view, fact) };
}

function toChange(
  view: SagaProjection,
  { kind, at, step, direction, error, can, outcome }: SagaFact,
): Partial<SagaProjection> {
  const moving = direction === 'undo' ? 'UNDOING' : 'RUNNING';
  switch (kind) {
    case 'STARTED':
      return { began_at: at };
    case 'STEP_STARTED':
      return { ...NO_FAILURE, status: moving, step, direction };
    case 'ATTEMPT_FAILED':
      return step === view.step && direction === view.direction && !isMismatched(view)
        ? { failing_since: view.failing_since ?? at, error }
        : {};
    case 'STEP_ENDED':
      return { ...NO_FAILURE, status: moving };
    case 'ATTENTION_NEEDED':
      if (error?.code === SAGA_CODE_MISMATCH)
        return { status: 'NEEDS_ATTENTION', attention_since: view.attention_since ?? at, error };
      return { status: 'NEEDS_ATTENTION', attention_since: at, error: view.error ?? error, can };
    case 'DECIDED':
      return { status: moving, attention_since: null, can: null };
    case 'RESUMED':
      if (!isMismatched(view)) return {};
      // A step that needed a decision before still needs it.
      return view.can ? { error: null } : { ...NO_FAILURE, status: moving };
    case 'ENDED':
      return {
        ...NO_FAILURE,
        status: outcome ?? 'COMPLETED',
        ended_at: at,
        error,
        ...(step !== null && { step, direction: 'do' as const }),
      };
  }
}
