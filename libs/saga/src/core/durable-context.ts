import type { Decision, DecisionAction, FactStep } from './fact.js';
import type { Duration } from './step.js';

/** What the execution of a saga needs of a durable engine. */
export interface DurableContext {
  /** Multiplies the `retryFor` of every step. */
  readonly retryTimeoutFactor: number;
  /**
   * Runs an action until it resolves and journals its result, so that a replay of the saga does not run it again. An action
   * whose process died may run twice.
   * Throws RetriesExhausted when the action kept failing for longer than `retryFor`, and Cancelled when the saga was asked to
   * stop; in both cases the action may or may not have taken effect.
   */
  run<T>(name: string, action: () => Promise<T>, retryFor: Duration): Promise<T>;
  /**
   * Waits at most `waitMs` milliseconds for an operator's decision about a step that keeps failing. Undefined when there is
   * none by then. Throws Cancelled, as `run` does.
   */
  waitForDecision(stuck: StuckStep, waitMs: number): Promise<Decision | undefined>;
  /**
   * Refuses decisions from now on, because the step has succeeded. Returns the decision that was made while it succeeded and
   * came too late to matter.
   */
  closePendingDecision(): Promise<Decision | undefined>;
}

/** A step that keeps failing, and what an operator can decide about it. */
export interface StuckStep {
  readonly step: FactStep;
  readonly can: readonly DecisionAction[];
}

/** A step kept failing for longer than its `retryFor`. Whether it took effect is unknown. */
export class RetriesExhausted extends Error {
  override readonly name = 'RetriesExhausted';
}

/** The saga was asked to stop. */
export class Cancelled extends Error {
  override readonly name = 'Cancelled';
}
