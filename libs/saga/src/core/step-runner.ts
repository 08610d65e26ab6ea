import { Rejection } from '@bff/kernel';
import { Cancelled, RetriesExhausted } from './durable-context.js';
import type { DurableContext } from './durable-context.js';
import type { DecisionAction, FactRecorder, FactStep, StepResult, TimedResult } from './fact.js';
import { retryUntilDone } from './retry-until-done.js';
import type { CheckStep, CompensatableStep, Duration, SagaRejection, Step } from './step.js';

/** The code of a saga that was given up; no participant says it. */
const TIMED_OUT = 'TIMED_OUT';

/** What a step came to: its answer, or a business no. */
export type StepOutcome<T> = { readonly value: T } | { readonly rejected: SagaRejection };

/** Does the steps of one telling, and undoes them, each as its kind demands; and says what happens. */
export class StepRunner {
  /** An operator gave up: nothing more is tried. */
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

  /** Does a step, and gives back what it came to. */
  async do<P, I, O>(step: Step<P, I, O>, act: () => Promise<O>): Promise<StepOutcome<O>> {
    const { kind: stepKind, name } = step;
    const named: FactStep = { step: name, stepKind, direction: 'do' };
    if (this.abandoned) return this.abandon(named);
    if (stepKind === 'check' || stepKind === 'compensatable') return this.retryUntilTimeout(step, named, act);
    // By what every telling of the saga knows. It was not asked yet, so it need not be undone.
    if (stepKind === 'pivot' && this.facts.now > this.deadlineAt) return { rejected: this.createDeadlineRejection() };
    return this.retryForGood(named, () => captureRejection(step, act), ['RETRY', 'SKIP', 'CANCEL']);
  }

  /**
   * Undoes a step; gives back whether it is to be undone later, because an operator put it off. It may be put off while
   * there are others to undo.
   */
  async undo(step: string, act: () => Promise<unknown>, others: number): Promise<'over' | 'later'> {
    const named: FactStep = { step, stepKind: 'compensatable', direction: 'undo' };
    if (this.abandoned) {
      this.abandon(named);
      return 'over';
    }
    this.facts.recordStepStart(named);
    const can: readonly DecisionAction[] = [
      'RETRY',
      'SKIP',
      ...(others > 0 ? (['COMPENSATE'] as const) : []),
      'CANCEL',
    ];
    const undone = () => act().then(() => null);
    const must = await retryUntilDone(this.context, this.facts, {
      name: `undo: ${step}`,
      step: named,
      action: undone,
      can,
    });
    if (must.how === 'COMPENSATE') return 'later';
    if (must.how === 'DONE') this.facts.recordStepEnd(named, 'DONE', undefined, must.timed);
    else if (must.how === 'SKIPPED') this.facts.recordStepEnd(named, 'SKIPPED');
    else this.abandon(named);
    return 'over';
  }

  /** Tries a step until its patience, or the saga's deadline, is over. */
  private async retryUntilTimeout<P, I, O>(
    step: CheckStep<P, I, O> | CompensatableStep<P, I, O>,
    named: FactStep,
    doIt: () => Promise<O>,
  ): Promise<StepOutcome<O>> {
    this.facts.recordStepStart(named);
    const patientUntil = this.facts.now + step.retryFor.seconds * 1_000 * this.context.retryTimeoutFactor;
    const act = this.facts.recordAttempts(named, async () =>
      Date.now() > this.deadlineAt ? { rejected: this.createDeadlineRejection() } : captureRejection(step, doIt),
    );
    // The engine's patience begins anew in each worker that the saga is delivered to: this one does not.
    const action = (): Promise<TimedResult<StepOutcome<O>>> =>
      act().catch((error: unknown) => {
        if (Date.now() <= patientUntil) throw error;
        return { value: { rejected: createTimeoutRejection(error, step.retryFor) }, at: Date.now(), ms: 0 };
      });
    try {
      const timed = await this.context.run(step.name, action, step.retryFor);
      const rejection = 'rejected' in timed.value ? timed.value.rejected : undefined;
      this.facts.recordStepEnd(named, toStepResult(rejection), rejection, timed);
      return timed.value;
    } catch (error) {
      const rejected = toRejection(error, step.retryFor);
      if (!rejected) throw error;
      this.facts.recordStepEnd(named, 'GAVE_UP', rejected);
      return { rejected };
    }
  }

  private async retryForGood<O>(
    named: FactStep,
    action: () => Promise<StepOutcome<O>>,
    can: readonly DecisionAction[],
  ): Promise<StepOutcome<O>> {
    this.facts.recordStepStart(named);
    const must = await retryUntilDone(this.context, this.facts, { name: named.step, step: named, action, can });
    if (must.how === 'SKIPPED') {
      this.facts.recordStepEnd(named, 'SKIPPED');
      // An operator says that this is what the step came to.
      return { value: must.result as O };
    }
    if (must.how !== 'DONE') return this.abandon(named);
    const { timed } = must;
    const rejection = 'rejected' in timed.value ? timed.value.rejected : undefined;
    this.facts.recordStepEnd(named, toStepResult(rejection), rejection, timed);
    return timed.value;
  }

  /** What an operator gave up, and everything after it, comes to nothing. */
  private abandon<O>(named: FactStep): StepOutcome<O> {
    this.abandoned = true;
    this.facts.recordStepEnd(named, 'ABANDONED');
    return { value: null as O };
  }

  private createDeadlineRejection(): SagaRejection {
    return { code: TIMED_OUT, message: `It took longer than ${this.deadline.seconds} s.`, details: {} };
  }
}

/**
 * A "no" becomes a value, so that it is remembered like any other answer. Trouble stays an exception; and so does a "no"
 * after the pivot, for nothing can be undone there: it is called again until somebody has mended what it minds.
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

/** Why the saga ends because of this error; undefined when it does not. */
function toRejection(error: unknown, patience: Duration): SagaRejection | undefined {
  if (error instanceof RetriesExhausted) return createTimeoutRejection(error, patience);
  if (error instanceof Cancelled) return { code: 'CANCELLED', message: 'It was cancelled.', details: {} };
  return undefined;
}

function createTimeoutRejection(error: unknown, { seconds }: Duration): SagaRejection {
  const why = error instanceof Error ? error.message : String(error);
  return { code: TIMED_OUT, message: `It was tried for ${seconds} s: ${why}`, details: {} };
}

function toStepResult(rejection: SagaRejection | undefined): StepResult {
  if (!rejection) return 'DONE';
  return rejection.code === TIMED_OUT ? 'GAVE_UP' : 'REJECTED';
}
