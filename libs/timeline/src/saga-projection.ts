import { SAGA_CODE_MISMATCH } from '@bff/saga';
import type { DecisionAction, Direction, SagaFact, SagaIdentity } from '@bff/saga';

export type SagaStatus = 'RUNNING' | 'UNDOING' | 'NEEDS_ATTENTION' | 'COMPLETED' | 'REJECTED';

/** How a saga stands: what its facts come to. Times are milliseconds since the epoch. */
export interface SagaProjection {
  readonly saga: string;
  readonly id: string;
  readonly version: number;
  /** Whose saga it is. */
  readonly subject: string;
  readonly status: SagaStatus;
  /** The step that is under way, or was the last; of a rejected saga the one that said no. */
  readonly step: string | null;
  readonly direction: Direction | null;
  readonly began_at: number;
  /** When something happened last. */
  readonly last_at: number;
  readonly ended_at: number | null;
  /** Since when the step under way meets nothing but trouble. */
  readonly failing_since: number | null;
  readonly attention_since: number | null;
  /** The trouble that the step under way met last; of a rejected saga why it was rejected. */
  readonly error: SagaFact['error'];
  /** What an operator can decide; while its code does not match, what he could before and can after that. */
  readonly can: readonly DecisionAction[] | null;
}

/** How a saga stands after more facts; null when there was none, ever. */
export function projectFacts(
  view: SagaProjection | null,
  identity: SagaIdentity,
  facts: readonly SagaFact[],
): SagaProjection | null {
  const [first] = facts;
  return first ? facts.reduce(applyFact, view ?? createProjection(identity, first.at)) : view;
}

/** A saga before its first fact. */
function createProjection({ sagaId, saga, version, subject }: SagaIdentity, at: number): SagaProjection {
  return {
    ...{ saga, id: sagaId, version, subject, status: 'RUNNING', step: null, direction: null },
    ...{ began_at: at, last_at: at, ended_at: null, failing_since: null, attention_since: null },
    ...{ error: null, can: null },
  };
}

const NO_FAILURE = { failing_since: null, attention_since: null, error: null, can: null } as const;

/** Whether a saga stands still because its code does not match what it has done. */
export function isMismatched({ status, error }: SagaProjection): boolean {
  return status === 'NEEDS_ATTENTION' && error?.code === SAGA_CODE_MISMATCH;
}

/** How a saga stands after one more fact. */
function applyFact(view: SagaProjection, fact: SagaFact): SagaProjection {
  // What comes late, from a worker that was thought dead, says nothing of a saga that has ended.
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
      // What needed a decision before needs it still.
      return view.can ? { error: null } : { ...NO_FAILURE, status: moving };
    case 'ENDED':
      return {
        ...{ ...NO_FAILURE, status: outcome ?? 'COMPLETED', ended_at: at, error },
        ...(step !== null && { step, direction: 'do' as const }),
      };
  }
}
