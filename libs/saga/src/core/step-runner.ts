import { Rejection } from '@bff/kernel';
import { Cancelled, RetriesExhausted } from './durable-context.js';
import type { DurableContext } from './durable-context.js';
import type { DecisionAction, FactRecorder, FactStep, StepResult, TimedResult } from './fact.js';
import { retryUntilDone } from './retry-until-done.js';
import type { CheckStep, CompensatableStep, Duration, SagaRejection, Step } from './step.js';

/** The code of a saga that ran out of time; no participant answers it. */
const TIMED_OUT = 'TIMED_OUT';

/** The result of a step, or its rejection. Journaled: the properties' names are read by other builds. */
export type StepOutcome<T> = { readonly value: T } | { readonly rejected: SagaRejection };

/** Runs the steps of one execution, and their undos, each with the retries of its kind, and records their facts. */
export class StepRunner {
  /** An operator decided CANCEL: no step is run any more. */
  private abandoned = false;
  private readonly deadlineAt: number;

  constructor(
    private readonly context: DurableContext,
    private readonly facts: FactRecorder,
    /** Counts from the beginning of the saga. */
    private readonly deadline: Duration,
  ) {
    this.deadlineAt = facts.now + deadline.seconds * 1_000;
  }

  async do<P, I, O>(step: Step<P, I, O>, act: () => Promise<O>): Promise<StepOutcome<O>> {
    const { kind: stepKind, name } = step;
    const named: FactStep = { step: name, stepKind, direction: 'do' };
    if (this.abandoned) return this.abandon(named);
    if (stepKind === 'check' || stepKind === 'compensatable') return this.retryUntilTimeout(step, named, act);
    // By a time that every execution of the saga knows. The pivot was not called yet, so it need not be undone.
    if (stepKind === 'pivot' && this.facts.now > this.deadlineAt) return { rejected: this.createDeadlineRejection() };
    return this.retryWithoutLimit(named, () => captureRejection(step, act), ['RETRY', 'SKIP', 'CANCEL']);
  }

  /** Undoes a step. An operator may postpone it while other steps are waiting to be undone. */
  async undo(step: string, act: () => Promise<unknown>, waitingSteps: number): Promise<'ended' | 'postponed'> {
    const named: FactStep = { step, stepKind: 'compensatable', direction: 'undo' };
    if (this.abandoned) {
      this.abandon(named);
      return 'ended';
    }
    this.facts.recordStepStart(named);
    const can: readonly DecisionAction[] =
      waitingSteps > 0 ? ['RETRY', 'SKIP', 'COMPENSATE', 'CANCEL'] : ['RETRY', 'SKIP', 'CANCEL'];
    const run = () => act().then(() => null);
    const ended = await retryUntilDone(this.context, this.facts, {
      name: `undo: ${step}`,
      step: named,
      action: run,
      can,
    });
    if (ended.how === 'COMPENSATE') return 'postponed';
    if (ended.how === 'DONE') this.facts.recordStepEnd(named, 'DONE', undefined, ended.timed);
    else if (ended.how === 'SKIPPED') this.facts.recordStepEnd(named, 'SKIPPED');
    else this.abandon(named);
    return 'ended';
  }

  /** Retries a step until its `retryFor`, or the saga's deadline, is over. */
  private async retryUntilTimeout<P, I, O>(
    step: CheckStep<P, I, O> | CompensatableStep<P, I, O>,
    named: FactStep,
    act: () => Promise<O>,
  ): Promise<StepOutcome<O>> {
    this.facts.recordStepStart(named);
    const retryUntil = this.facts.now + step.retryFor.seconds * 1_000 * this.context.retryTimeoutFactor;
    const attempt = this.facts.recordAttempts(named, async () =>
      Date.now() > this.deadlineAt ? { rejected: this.createDeadlineRejection() } : captureRejection(step, act),
    );
    // The engine counts its retries from the start in every worker that the saga is delivered to; this limit does not.
    const run = (): Promise<TimedResult<StepOutcome<O>>> =>
      attempt().catch((error: unknown) => {
        if (Date.now() <= retryUntil) throw error;
        return { value: { rejected: createTimeoutRejection(error, step.retryFor) }, at: Date.now(), ms: 0 };
      });
    try {
      const timed = await this.context.run(step.name, run, step.retryFor);
      this.recordOutcome(named, timed);
      return timed.value;
    } catch (error) {
      const rejected = toRejection(error, step.retryFor);
      if (!rejected) throw error;
      this.facts.recordStepEnd(named, 'GAVE_UP', rejected);
      return { rejected };
    }
  }

  /** Retries a step until it succeeds, is rejected, or an operator decides otherwise. */
  private async retryWithoutLimit<O>(
    named: FactStep,
    action: () => Promise<StepOutcome<O>>,
    can: readonly DecisionAction[],
  ): Promise<StepOutcome<O>> {
    this.facts.recordStepStart(named);
    const ended = await retryUntilDone(this.context, this.facts, { name: named.step, step: named, action, can });
    if (ended.how === 'SKIPPED') {
      this.facts.recordStepEnd(named, 'SKIPPED');
      // The operator who skips a step answers for the type of its result.
      return { value: ended.result as O };
    }
    if (ended.how !== 'DONE') return this.abandon(named);
    this.recordOutcome(named, ended.timed);
    return ended.timed.value;
  }

  private recordOutcome(named: FactStep, timed: TimedResult<StepOutcome<unknown>>): void {
    const rejection = 'rejected' in timed.value ? timed.value.rejected : undefined;
    this.facts.recordStepEnd(named, toStepResult(rejection), rejection, timed);
  }

  /** Abandons a step, and with it every step after it. */
  private abandon<O>(named: FactStep): StepOutcome<O> {
    this.abandoned = true;
    this.facts.recordStepEnd(named, 'ABANDONED');
    // The story runs to its end without the results of abandoned steps; none of its steps is run.
    return { value: null as O };
  }

  private createDeadlineRejection(): SagaRejection {
    return { code: TIMED_OUT, message: `It took longer than ${this.deadline.seconds} s.`, details: {} };
  }
}

/**
 * Returns a Rejection as a value, so that it is journaled like any other result; every other error is thrown, and retried.
 * A Rejection of a retriable step is thrown, too: after the pivot nothing can be undone, so the step is retried until the
 * reason of the rejection is removed.
 */
async function captureRejection<P, I, O>(step: Step<P, I, O>, act: () => Promise<O>): Promise<StepOutcome<O>> {
  try {
    return { value: await act() };
  } catch (error) {
    if (!(error instanceof Rejection) || step.kind === 'retriable') throw error;
    const { code, message, details } = error;
    return { rejected: { code, message, details } };
  }
}

/** The rejection with which the saga ends after this error; undefined when the error does not end it. */
function toRejection(error: unknown, retryFor: Duration): SagaRejection | undefined {
  if (error instanceof RetriesExhausted) return createTimeoutRejection(error, retryFor);
  if (error instanceof Cancelled) return { code: 'CANCELLED', message: 'It was cancelled.', details: {} };
  return undefined;
}

/** The message is part of outcomes in stored journals. */
function createTimeoutRejection(error: unknown, { seconds }: Duration): SagaRejection {
  const why = error instanceof Error ? error.message : String(error);
  return { code: TIMED_OUT, message: `It was tried for ${seconds} s: ${why}`, details: {} };
}

function toStepResult(rejection: SagaRejection | undefined): StepResult {
  if (!rejection) return 'DONE';
  return rejection.code === TIMED_OUT ? 'GAVE_UP' : 'REJECTED';
}
