import { Rejection } from '@bff/kernel';
import { Cancelled, OutOfPatience } from './durable-run.js';
import type { DurableRun } from './durable-run.js';
import type { DecisionAction, FactLog, FactStep, StepResult, Timed } from './fact.js';
import { untilDone } from './must-happen.js';
import type { CheckStep, CompensatableStep, Patience, SagaRejection, Step } from './step.js';

/** The code of a saga that was given up; no participant says it. */
const TIMED_OUT = 'TIMED_OUT';

/** What a step came to: its answer, or a business no. */
export type Settled<T> = { readonly value: T } | { readonly rejected: SagaRejection };

/** Does the steps of one telling, and undoes them, each as its kind demands; and says what happens. */
export class StepRunner {
  /** An operator gave up: nothing more is tried. */
  private left = false;
  private readonly until: number;

  constructor(
    private readonly durable: DurableRun,
    private readonly facts: FactLog,
    /** Counts from the beginning of the saga. */
    private readonly deadline: Patience,
  ) {
    this.until = facts.now + deadline.seconds * 1_000;
  }

  /** Does a step, and gives back what it came to. */
  async do<P, I, O>(step: Step<P, I, O>, act: () => Promise<O>): Promise<Settled<O>> {
    const { kind: stepKind, name } = step;
    const named: FactStep = { step: name, stepKind, direction: 'do' };
    if (this.left) return this.leave(named);
    if (stepKind === 'check' || stepKind === 'compensatable') return this.try(step, named, act);
    // By what every telling of the saga knows. It was not asked yet, so it need not be undone.
    if (stepKind === 'pivot' && this.facts.now > this.until) return { rejected: this.tooLate() };
    return this.must(named, () => settle(step, act), ['RETRY', 'SKIP', 'CANCEL']);
  }

  /**
   * Undoes a step; gives back whether it is to be undone later, because an operator put it off. It may be put off while
   * there are others to undo.
   */
  async undo(step: string, act: () => Promise<unknown>, others: number): Promise<'over' | 'later'> {
    const named: FactStep = { step, stepKind: 'compensatable', direction: 'undo' };
    if (this.left) {
      this.leave(named);
      return 'over';
    }
    this.facts.started(named);
    const can: readonly DecisionAction[] = [
      'RETRY',
      'SKIP',
      ...(others > 0 ? (['COMPENSATE'] as const) : []),
      'CANCEL',
    ];
    const undone = () => act().then(() => null);
    const must = await untilDone(this.durable, this.facts, { name: `undo: ${step}`, step: named, action: undone, can });
    if (must.how === 'COMPENSATE') return 'later';
    if (must.how === 'DONE') this.facts.ended(named, 'DONE', undefined, must.timed);
    else if (must.how === 'SKIPPED') this.facts.ended(named, 'SKIPPED');
    else this.leave(named);
    return 'over';
  }

  /** Tries a step until its patience, or the saga's deadline, is over. */
  private async try<P, I, O>(
    step: CheckStep<P, I, O> | CompensatableStep<P, I, O>,
    named: FactStep,
    doIt: () => Promise<O>,
  ): Promise<Settled<O>> {
    this.facts.started(named);
    const patientUntil = this.facts.now + step.patience.seconds * 1_000 * this.durable.patienceFactor;
    const act = this.facts.timed(named, async () =>
      Date.now() > this.until ? { rejected: this.tooLate() } : settle(step, doIt),
    );
    // The engine's patience begins anew in each worker that the saga is delivered to: this one does not.
    const action = (): Promise<Timed<Settled<O>>> =>
      act().catch((error: unknown) => {
        if (Date.now() <= patientUntil) throw error;
        return { value: { rejected: outOfPatience(error, step.patience) }, at: Date.now(), ms: 0 };
      });
    try {
      const timed = await this.durable.run(step.name, action, step.patience);
      const rejection = 'rejected' in timed.value ? timed.value.rejected : undefined;
      this.facts.ended(named, resultOf(rejection), rejection, timed);
      return timed.value;
    } catch (error) {
      const rejected = gaveUp(error, step.patience);
      if (!rejected) throw error;
      this.facts.ended(named, 'GAVE_UP', rejected);
      return { rejected };
    }
  }

  private async must<O>(
    named: FactStep,
    action: () => Promise<Settled<O>>,
    can: readonly DecisionAction[],
  ): Promise<Settled<O>> {
    this.facts.started(named);
    const must = await untilDone(this.durable, this.facts, { name: named.step, step: named, action, can });
    if (must.how === 'SKIPPED') {
      this.facts.ended(named, 'SKIPPED');
      // An operator says that this is what the step came to.
      return { value: must.result as O };
    }
    if (must.how !== 'DONE') return this.leave(named);
    const { timed } = must;
    const rejection = 'rejected' in timed.value ? timed.value.rejected : undefined;
    this.facts.ended(named, resultOf(rejection), rejection, timed);
    return timed.value;
  }

  /** What an operator gave up, and everything after it, comes to nothing. */
  private leave<O>(named: FactStep): Settled<O> {
    this.left = true;
    this.facts.ended(named, 'LEFT');
    return { value: null as O };
  }

  private tooLate(): SagaRejection {
    return { code: TIMED_OUT, message: `It took longer than ${this.deadline.seconds} s.`, details: {} };
  }
}

/**
 * A "no" becomes a value, so that it is remembered like any other answer. Trouble stays an exception; and so does a "no"
 * after the pivot, for nothing can be undone there: it is called again until somebody has mended what it minds.
 */
async function settle<P, I, O>(step: Step<P, I, O>, act: () => Promise<O>): Promise<Settled<O>> {
  try {
    return { value: await act() };
  } catch (error) {
    if (!(error instanceof Rejection) || step.kind === 'retriable') throw error;
    const { code, message, details } = error;
    return { rejected: { code, message, details } };
  }
}

/** Why the saga ends because of this error; undefined when it does not. */
function gaveUp(error: unknown, patience: Patience): SagaRejection | undefined {
  if (error instanceof OutOfPatience) return outOfPatience(error, patience);
  if (error instanceof Cancelled) return { code: 'CANCELLED', message: 'It was cancelled.', details: {} };
  return undefined;
}

function outOfPatience(error: unknown, { seconds }: Patience): SagaRejection {
  const why = error instanceof Error ? error.message : String(error);
  return { code: TIMED_OUT, message: `It was tried for ${seconds} s: ${why}`, details: {} };
}

function resultOf(rejection: SagaRejection | undefined): StepResult {
  if (!rejection) return 'DONE';
  return rejection.code === TIMED_OUT ? 'GAVE_UP' : 'REJECTED';
}
