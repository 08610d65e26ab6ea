/** The data that the console queries from the BFF. Times are ISO 8601 text, durations are milliseconds. */

export type SagaName = 'CreateOrder' | 'CancelOrder';
export const SAGA_NAMES: readonly SagaName[] = ['CreateOrder', 'CancelOrder'];

export type SagaStatus = 'RUNNING' | 'UNDOING' | 'NEEDS_ATTENTION' | 'COMPLETED' | 'REJECTED';
export const STATUSES: readonly SagaStatus[] = ['NEEDS_ATTENTION', 'RUNNING', 'UNDOING', 'COMPLETED', 'REJECTED'];

export type DecisionAction = 'RETRY' | 'SKIP' | 'COMPENSATE' | 'CANCEL';
export type Direction = 'DO' | 'UNDO';

export interface SagaError {
  readonly code: string;
  readonly message: string;
}

export interface Saga {
  readonly saga: SagaName;
  readonly id: string;
  readonly version: number;
  readonly customerId: string;
  readonly status: SagaStatus;
  readonly step: string | null;
  readonly direction: Direction | null;
  readonly startedAt: string;
  readonly endedAt: string | null;
  readonly ageMs: number;
  readonly attentionSince: string | null;
  readonly error: SagaError | null;
  readonly can: readonly DecisionAction[];
}

export interface Step {
  readonly name: string;
  readonly kind: 'CHECK' | 'COMPENSATABLE' | 'PIVOT' | 'RETRIABLE';
  readonly direction: Direction;
  readonly result: 'DONE' | 'REJECTED' | 'GAVE_UP' | 'SKIPPED' | 'ABANDONED' | null;
  readonly startedAt: string;
  readonly endedAt: string | null;
  readonly durationMs: number | null;
  readonly failedAttempts: readonly { readonly at: string; readonly durationMs: number; readonly error: SagaError }[];
  /** The number of failed attempts that are missing from the list. */
  readonly omittedAttempts: number;
  readonly error: SagaError | null;
}

export interface SagaEvent {
  readonly id: string;
  readonly at: string;
  readonly kind:
    | 'STARTED'
    | 'STEP_STARTED'
    | 'ATTEMPT_FAILED'
    | 'ATTEMPTS_OMITTED'
    | 'STEP_ENDED'
    | 'ATTENTION_NEEDED'
    | 'DECIDED'
    | 'RESUMED'
    | 'ENDED';
  readonly step: string | null;
  readonly direction: Direction | null;
  readonly result: Step['result'];
  readonly durationMs: number | null;
  readonly error: SagaError | null;
  readonly decision: {
    readonly action: DecisionAction;
    readonly by: string | null;
    readonly why: string | null;
  } | null;
  readonly outcome: 'COMPLETED' | 'REJECTED' | null;
  readonly omittedAttempts: number | null;
}

export interface Timeline {
  readonly startedAt: string;
  readonly endedAt: string | null;
  readonly steps: readonly Step[];
  readonly events: readonly SagaEvent[];
}

export interface SagaDetails {
  readonly saga: Saga;
  readonly timeline: Timeline;
}
