import { randomUUID } from 'node:crypto';
import type { Direction, SagaRejection, StepKind } from './step.js';

/** What an operator can decide about a saga that cannot continue without a decision. */
export type DecisionAction = 'RETRY' | 'SKIP' | 'COMPENSATE' | 'CANCEL';

/** What an operator decided. */
export interface Decision {
  readonly action: DecisionAction;
  /** For SKIP: the result that the step is given. */
  readonly result: unknown;
  /** Who decided, and why: for the audit. */
  readonly by: string;
  readonly why: string;
  /** When, in milliseconds since the epoch. */
  readonly at: number;
}

/** How a step, or its undo, ended. */
export type StepResult = 'DONE' | 'REJECTED' | 'GAVE_UP' | 'SKIPPED' | 'ABANDONED';

/** What can happen in a saga. */
export type FactKind =
  'STARTED' | 'STEP_STARTED' | 'ATTEMPT_FAILED' | 'STEP_ENDED' | 'ATTENTION_NEEDED' | 'DECIDED' | 'RESUMED' | 'ENDED';

/**
 * Something that happened in a saga: plain data, stored once and never changed.
 * - STARTED: the saga began.
 * - STEP_STARTED: a step, or its undo, began.
 * - ATTEMPT_FAILED: one attempt failed after `ms`, because of `error`.
 * - STEP_ENDED: `result` says how, and `error` why it was not done; the last attempt took `ms`.
 * - ATTENTION_NEEDED: the saga cannot continue by itself, because of `error`; `can` is what an operator can decide.
 * - DECIDED: what an operator decided.
 * - RESUMED: the saga's code matches its journal again; it had needed attention because it did not.
 * - ENDED: `outcome` says how; of a rejected saga `step` and `error` say which step was rejected, and why.
 */
export interface SagaFact {
  /** The same in every replay of the saga: a fact that is recorded twice is stored once. */
  readonly key: string;
  readonly kind: FactKind;
  /** Milliseconds since the epoch. */
  readonly at: number;
  readonly step: string | null;
  readonly stepKind: StepKind | null;
  readonly direction: Direction | null;
  readonly result: StepResult | null;
  readonly ms: number | null;
  readonly error: { readonly code: string; readonly message: string } | null;
  readonly can: readonly DecisionAction[] | null;
  readonly decision: Omit<Decision, 'result' | 'at'> | null;
  readonly outcome: 'COMPLETED' | 'REJECTED' | null;
}

/** Called with each fact of a saga. */
export type FactListener = (fact: SagaFact) => void;

/** Whether a replay of the saga records the fact again. A failed attempt is recorded once. */
export function isReplayed({ kind }: SagaFact): boolean {
  return kind !== 'ATTEMPT_FAILED';
}

/** A step as facts name it. */
export interface FactStep {
  readonly step: string;
  readonly stepKind: StepKind;
  readonly direction: Direction;
}

/** The result of an action and its time. Journaled together, so that a replay has the same time. */
export interface TimedResult<T> {
  readonly value: T;
  readonly at: number;
  readonly ms: number;
}

const EMPTY = {
  step: null,
  stepKind: null,
  direction: null,
  result: null,
  ms: null,
  error: null,
  can: null,
  decision: null,
  outcome: null,
};

/** Creates a fact of an observer of the saga. Its key must not have the form of the saga's own keys. */
export function createFact(fact: Partial<SagaFact> & Pick<SagaFact, 'key' | 'kind' | 'at'>): SagaFact {
  const { error = null } = fact;
  return { ...EMPTY, ...fact, error: error && { ...error, message: toStorableText(error.message) } };
}

/** Records the facts of one execution of a saga, numbered: a fact has the same number in every execution. */
export class FactRecorder {
  private count = 0;
  /** The latest time that every execution knows, in milliseconds since the epoch. */
  private latest: number;
  /** The time of the latest fact of this execution; no fact is before it. */
  private lastAt: number;

  constructor(
    beganAt: number,
    private readonly onFact: FactListener,
  ) {
    this.latest = beganAt;
    this.lastAt = beganAt;
    this.record({ kind: 'STARTED', at: beganAt });
  }

  /** The current time, as far as every execution of the saga knows it. */
  get now(): number {
    return this.latest;
  }

  /** A step begins when the step before it has ended: a time that every execution knows. */
  recordStepStart(step: FactStep): void {
    this.record({ kind: 'STEP_STARTED', ...step, at: this.latest });
  }

  recordStepEnd(step: FactStep, result: StepResult, rejection?: SagaRejection, timed?: TimedResult<unknown>): void {
    const { at = this.latest, ms = null } = timed ?? {};
    this.latest = Math.max(this.latest, at + (ms ?? 0));
    this.record({
      kind: 'STEP_ENDED',
      ...step,
      result,
      ms,
      error: toFactError(rejection),
      ...(timed && { at: at + timed.ms }),
    });
  }

  recordAttentionNeeded(step: FactStep, message: string, can: readonly DecisionAction[]): void {
    this.record({ kind: 'ATTENTION_NEEDED', ...step, error: { code: 'STUCK', message: toStorableText(message) }, can });
  }

  recordDecision(step: FactStep, { action, by, why, at }: Decision): void {
    this.latest = Math.max(this.latest, at);
    this.record({ kind: 'DECIDED', ...step, decision: { action, by, why }, at });
  }

  recordSagaEnd(outcome: 'COMPLETED' | 'REJECTED', step?: string, rejection?: SagaRejection): void {
    this.record({ kind: 'ENDED', outcome, step: step ?? null, error: toFactError(rejection) });
  }

  /** Wraps an action: measures its time, and records each attempt that fails. */
  recordAttempts<T>(step: FactStep, action: () => Promise<T>): () => Promise<TimedResult<T>> {
    return async () => {
      const at = Date.now();
      try {
        const value = await action();
        return { value, at, ms: Date.now() - at };
      } catch (error) {
        // A replay does not repeat an attempt, so its key is not a number.
        const key = `attempt-${randomUUID()}`;
        const fact = { ...EMPTY, ...step, key, kind: 'ATTEMPT_FAILED', ms: Date.now() - at } as const;
        this.onFact({ ...fact, at: this.toMonotonic(at), error: toAttemptError(error) });
        throw error;
      }
    };
  }

  private record(fact: Partial<SagaFact> & Pick<SagaFact, 'kind'>): void {
    const key = String(++this.count).padStart(5, '0');
    this.onFact({ ...EMPTY, ...fact, at: this.toMonotonic(fact.at ?? Date.now()), key });
  }

  /** A time, or that of the fact before it when that is later. */
  private toMonotonic(at: number): number {
    this.lastAt = Math.max(this.lastAt, this.latest, at);
    return this.lastAt;
  }
}

function toFactError(rejection: SagaRejection | undefined): SagaFact['error'] {
  return rejection ? { code: rejection.code, message: toStorableText(rejection.message) } : null;
}

function toAttemptError(error: unknown): NonNullable<SagaFact['error']> {
  const code = (error as { code?: unknown } | null)?.code;
  return {
    code: typeof code === 'string' ? code : 'TROUBLE',
    message: toStorableText(error instanceof Error ? error.message : String(error)),
  };
}

const MAX_MESSAGE = 500;

/** Text that PostgreSQL accepts, of limited length: a service's message may hold anything. */
function toStorableText(text: string): string {
  return text.slice(0, MAX_MESSAGE).replaceAll('\0', '').toWellFormed();
}
