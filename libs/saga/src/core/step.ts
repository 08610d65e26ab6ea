/** A business rejection as a saga journals it: plain data. */
export interface SagaRejection {
  readonly code: string;
  readonly message: string;
  readonly details: Readonly<Record<string, string | number | boolean | null>>;
}

/** Executing a step, or undoing it. */
export type Direction = 'do' | 'undo';

/** What goes with one call of a step to its participants. */
export interface StepCall {
  /** The same in every delivery of the step; made of saga, step and direction. */
  readonly idempotencyKey: string;
  /** The name of the step. */
  readonly step: string;
  readonly direction: Direction;
  /** The baggage header that the saga was started with, when its worker forwards it. */
  readonly baggage?: string | undefined;
}

export interface Duration {
  readonly seconds: number;
}

interface StepBase<Participants, Input, Output> {
  /** Verb and noun in plain English: shown in the journal, the trace and to the customer. Unique within its saga. */
  readonly name: string;
  /** Executes the step. A Rejection that it throws is final; after any other error it is retried. */
  do(participants: Participants, input: Input): Promise<Output>;
}

/** Only reads, so there is nothing to undo. */
export interface CheckStep<P, I, O> extends StepBase<P, I, O> {
  readonly kind: 'check';
  /** How long the step is retried after transient errors. Then the saga is rejected, and what it did is undone. */
  readonly retryFor: Duration;
}

/** Changes something that can be undone. */
export interface CompensatableStep<P, I, O> extends StepBase<P, I, O> {
  readonly kind: 'compensatable';
  /**
   * How long the step is retried after transient errors. Then the saga is rejected, and what it did is undone; this step, too,
   * because it may have taken effect.
   */
  readonly retryFor: Duration;
  /**
   * Undoes the step. Takes the step's input, not its output: it is also called when the step was rejected, or when it is
   * unknown whether it took effect. Retried until it succeeds.
   */
  undo(participants: P, input: I, why: SagaRejection): Promise<unknown>;
}

/** The point of no return. It may be rejected; once it has succeeded, nothing before it is ever undone. */
export interface PivotStep<P, I, O> extends StepBase<P, I, O> {
  readonly kind: 'pivot';
}

/** Comes after the pivot, and is retried until it succeeds. */
export interface RetriableStep<P, I, O> extends StepBase<P, I, O> {
  readonly kind: 'retriable';
}

/** One thing that a saga asks of its participants. */
export type Step<P, I, O> =
  CheckStep<P, I, O> | CompensatableStep<P, I, O> | PivotStep<P, I, O> | RetriableStep<P, I, O>;

export type StepKind = 'check' | 'compensatable' | 'pivot' | 'retriable';

type WithoutKind<T> = Omit<T, 'kind'>;

export function check<P, I, O>(step: WithoutKind<CheckStep<P, I, O>>): CheckStep<P, I, O> {
  return { kind: 'check', ...step };
}

export function compensatable<P, I, O>(step: WithoutKind<CompensatableStep<P, I, O>>): CompensatableStep<P, I, O> {
  return { kind: 'compensatable', ...step };
}

export function pivot<P, I, O>(step: WithoutKind<PivotStep<P, I, O>>): PivotStep<P, I, O> {
  return { kind: 'pivot', ...step };
}

export function retriable<P, I, O>(step: WithoutKind<RetriableStep<P, I, O>>): RetriableStep<P, I, O> {
  return { kind: 'retriable', ...step };
}
