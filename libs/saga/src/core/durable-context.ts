import type { Decision, DecisionAction, FactStep } from './fact.js';
import type { Duration } from './step.js';

/** What the undo loop needs of a durable engine. */
export interface DurableContext {
  /** How patient steps are, as a factor of what they say. */
  readonly retryTimeoutFactor: number;
  /**
   * Runs an action until it resolves and remembers what it resolved to, so that it is not run again when the saga is
   * told again after a crash. An action whose process died may run twice.
   * Throws OutOfPatience when the action kept failing for longer than the patience, and Cancelled when somebody asked
   * the saga to stop; in both cases the action may or may not have taken effect.
   */
  run<T>(name: string, action: () => Promise<T>, patience: Duration): Promise<T>;
  /**
   * Waits for what an operator decides of something that does not happen by itself, at most so many milliseconds.
   * Undefined when nobody has decided by then. Throws Cancelled, as `run` does.
   */
  waitForDecision(stuck: StuckStep, waitMs: number): Promise<Decision | undefined>;
  /**
   * What was waited for has happened by itself: nobody is to decide of it any more. Gives back what was decided while it
   * happened, and came too late to matter.
   */
  closePendingDecision(): Promise<Decision | undefined>;
}

/** What does not happen by itself, and what an operator can decide of it. */
export interface StuckStep {
  readonly step: FactStep;
  readonly can: readonly DecisionAction[];
}

/** A step kept failing for longer than its patience. What it did is unknown. */
export class RetriesExhausted extends Error {
  override readonly name = 'OutOfPatience';
}

/** Somebody asked the saga to stop. */
export class Cancelled extends Error {
  override readonly name = 'Cancelled';
}
