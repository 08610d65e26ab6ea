/** A business "no" as a saga keeps it: plain data, fit for a journal. */
export interface SagaRejection {
  readonly code: string;
  readonly message: string;
  readonly details: Readonly<Record<string, string | number | boolean | null>>;
}

/** Doing a step, or undoing it. */
export type Direction = 'do' | 'undo';

/** What goes with one call of a step, for its participants. */
export interface StepCall {
  /** The same however often the step is delivered; made from saga, step and direction. */
  readonly idempotencyKey: string;
  /** The name of the step. */
  readonly step: string;
  readonly direction: Direction;
  /** The baggage header that the saga was started with, where its worker forwards it. */
  readonly baggage?: string | undefined;
}

/** How long a step is tried again when it meets trouble. */
export interface Duration {
  readonly seconds: number;
}

interface StepBase<Participants, Input, Output> {
  /** Verb and noun in plain English: what the journal, the trace and the customer see. Once per saga. */
  readonly name: string;
  /** Does it. A Rejection that it throws is final; anything else it throws is trouble, and it is called again. */
  do(participants: Participants, input: Input): Promise<Output>;
}

/** Asks and changes nothing, so there is nothing to undo. */
export interface CheckStep<P, I, O> extends StepBase<P, I, O> {
  readonly kind: 'check';
  /** Then the saga gives up, and undoes what it did. */
  readonly retryFor: Duration;
}

/** Does something that can be undone. */
export interface CompensatableStep<P, I, O> extends StepBase<P, I, O> {
  readonly kind: 'compensatable';
  /** Then the saga gives up, and undoes what it did; this step, too, for nobody knows whether it was done. */
  readonly retryFor: Duration;
  /**
   * Undoes it. Takes the step's input, not its output: it is also called when the step said no, or when nobody knows
   * whether anything was done. It is called until it succeeds.
   */
  undo(participants: P, input: I, why: SagaRejection): Promise<unknown>;
}

/** The point of no return. It may still say no; when it says yes, nothing before it is ever undone. */
export interface PivotStep<P, I, O> extends StepBase<P, I, O> {
  readonly kind: 'pivot';
}

/** Comes after the pivot and is called until it succeeds. */
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
