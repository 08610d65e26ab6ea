import { randomUUID } from 'node:crypto';
import type { Direction, SagaRejection, StepKind } from './step.js';

/** What an operator can decide about a saga that cannot continue without a decision. */
export type DecisionAction = 'RETRY' | 'SKIP' | 'COMPENSATE' | 'CANCEL';

/** What an operator decided. */
export interface Decision {
  readonly action: DecisionAction;
  /** For SKIP: what the step is taken to have come to. */
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
 * Something that happened in a saga: plain data, written down once and never changed.
 * - STARTED: at its beginning.
 * - STEP_STARTED: a step, or its undo, is tried from now on.
 * - ATTEMPT_FAILED: one try met trouble; it took `ms`, and `error` says what it met.
 * - STEP_ENDED: `result` says how, `error` why not; the last try took `ms`.
 * - ATTENTION_NEEDED: it cannot go on by itself, because of `error`; `can` is what an operator can decide.
 * - DECIDED: what an operator decided.
 * - RESUMED: its code matches again what it has done, after it needed attention because it did not.
 * - ENDED: `outcome` says how, `error` who said no.
 */
export interface SagaFact {
  /** The same whenever the saga is told again: by it a fact that is written twice is one. */
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

/** Whether a fact is told again whenever its saga is. A try happens once. */
export function isReplayed({ kind }: SagaFact): boolean {
  return kind !== 'ATTEMPT_FAILED';
}

/** A step as facts name it. */
export interface FactStep {
  readonly step: string;
  readonly stepKind: StepKind;
  readonly direction: Direction;
}

/** What an action came to, and when that was: remembered with it, so that it is the same when the saga is told again. */
export interface TimedResult<T> {
  readonly value: T;
  readonly at: number;
  readonly ms: number;
}

const EMPTY = {
  ...{ step: null, stepKind: null, direction: null, result: null, ms: null },
  ...{ error: null, can: null, decision: null, outcome: null },
};

/** A fact that an observer of the saga writes. It is none of the saga's own, and has a key of another form. */
export function createFact(fact: Partial<SagaFact> & Pick<SagaFact, 'key' | 'kind' | 'at'>): SagaFact {
  const { error = null } = fact;
  return { ...EMPTY, ...fact, error: error && { ...error, message: toStorableText(error.message) } };
}

/** Numbers the facts of one telling of a saga: the same fact has the same number in every telling. */
export class FactRecorder {
  private count = 0;
  /** The latest moment that is known to every telling, in milliseconds since the epoch. */
  private latest: number;
  /** The moment of the latest fact of this telling; no fact is before it. */
  private lastAt: number;

  constructor(
    beganAt: number,
    /** Told of each fact. */
    private readonly onFact: (fact: SagaFact) => void,
  ) {
    this.latest = beganAt;
    this.lastAt = beganAt;
    this.record({ kind: 'STARTED', at: beganAt });
  }

  /** What time it is, as far as every telling of the saga knows. */
  get now(): number {
    return this.latest;
  }

  /** A step is under way since what was before it ended: every telling knows that moment. */
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

  /** The action, with the time that it takes; a try that meets trouble is a fact of its own. */
  recordAttempts<T>(step: FactStep, action: () => Promise<T>): () => Promise<TimedResult<T>> {
    return async () => {
      const at = Date.now();
      try {
        const value = await action();
        return { value, at, ms: Date.now() - at };
      } catch (error) {
        // A try happens once, and is not told again: its number is its own.
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

  /** A moment, or that of the fact before it when that is later. */
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

/** Text that a database takes, and not too much of it: what a service said may hold anything. */
function toStorableText(text: string): string {
  return text.slice(0, MAX_MESSAGE).replaceAll('\0', '').toWellFormed();
}
