import { Rejection } from '@bff/kernel';
import type { Outcome, RunStep, Saga } from './saga.js';
import type { CompensatableStep, Patience, SagaRejection, Step, StepCall } from './step.js';

/** What the undo loop needs of a durable engine. */
export interface DurableRun {
  /**
   * Runs an action until it resolves and remembers what it resolved to, so that it is not run again when the saga is
   * told again after a crash. An action whose process died may run twice.
   * Throws OutOfPatience when the action kept failing for longer than the patience, and Cancelled when somebody asked
   * the saga to stop; in both cases the action may or may not have taken effect.
   */
  run<T>(name: string, action: () => Promise<T>, patience: Patience | undefined): Promise<T>;
}

/** A step kept failing for longer than its patience. What it did is unknown. */
export class OutOfPatience extends Error {
  override readonly name = 'OutOfPatience';
}

/** Somebody asked the saga to stop. */
export class Cancelled extends Error {
  override readonly name = 'Cancelled';
}

/** Ends the story. Thrown through it by `run`, and caught by the loop alone. */
class Stop extends Error {
  override readonly name = 'Stop';
  constructor(
    readonly step: string,
    readonly rejection: SagaRejection,
  ) {
    super(`${step}: ${rejection.code}`);
  }
}

type Settled<T> = { readonly value: T } | { readonly rejected: SagaRejection };

type Undo<P> = (why: SagaRejection) => {
  readonly name: string;
  readonly action: (participants: P) => Promise<unknown>;
};

/**
 * Tells a saga's story. When a step says no, or keeps failing for too long, what was done before it is undone, newest
 * first, and the outcome says who said no, and why. Once the pivot has said yes nothing is undone any more.
 */
export async function tell<P, Request, Result>(
  saga: Saga<P, Request, Result>,
  sagaId: string,
  request: Request,
  durable: DurableRun,
  participantsFor: (call: StepCall) => P,
): Promise<Outcome<Result>> {
  const undos: Undo<P>[] = [];
  const seen = new Set<string>();
  let pivoted = false;

  const call = (name: string, direction: 'do' | 'undo') =>
    participantsFor({ idempotencyKey: `${saga.name}/${sagaId}/${name}/${direction}`, step: name, direction });

  const run: RunStep<P> = async (step, input) => {
    holdOrder(saga.name, step, seen, pivoted);
    // Registered before the act: when the act's outcome is unknown, it must be undone, too.
    if (step.kind === 'compensatable') undos.push(undoOf(step, input));
    const settled = await attempt(durable, step, () => settle(step, () => step.do(call(step.name, 'do'), input)));
    if ('rejected' in settled) throw new Stop(step.name, settled.rejected);
    if (step.kind === 'pivot') {
      pivoted = true;
      undos.length = 0;
    }
    return settled.value;
  };

  try {
    return { outcome: 'completed', result: await saga.story(run, request, sagaId) };
  } catch (error) {
    if (!(error instanceof Stop)) throw error;
    for (const undo of undos.reverse()) {
      const { name, action } = undo(error.rejection);
      await untilDone(durable, `undo: ${name}`, () => action(call(name, 'undo')).then(() => null));
    }
    return { outcome: 'rejected', step: error.step, rejection: error.rejection };
  }
}

function undoOf<P, I, O>(step: CompensatableStep<P, I, O>, input: I): Undo<P> {
  return (why) => ({ name: step.name, action: (participants) => step.undo(participants, input, why) });
}

/**
 * A "no" becomes a value, so that it is remembered like any other answer. Trouble stays an exception; and so does a "no"
 * after the pivot, for nothing can be undone there: it is called again until somebody has mended what it minds.
 */
async function settle<P, I, O>(step: Step<P, I, O>, answer: () => Promise<O>): Promise<Settled<O>> {
  try {
    return { value: await answer() };
  } catch (error) {
    if (!(error instanceof Rejection) || step.kind === 'retriable') throw error;
    const { code, message, details } = error;
    return { rejected: { code, message, details } };
  }
}

async function attempt<P, I, O>(
  durable: DurableRun,
  step: Step<P, I, O>,
  action: () => Promise<Settled<O>>,
): Promise<Settled<O>> {
  // A pivot whose outcome is unknown must be asked again until it is known, and what follows it must happen.
  if (step.kind === 'pivot' || step.kind === 'retriable') return untilDone(durable, step.name, action);
  try {
    return await durable.run(step.name, action, step.patience);
  } catch (error) {
    if (error instanceof OutOfPatience)
      throw new Stop(step.name, {
        code: 'TIMED_OUT',
        message: `It was tried for ${step.patience.seconds} s: ${error.message}`,
        details: {},
      });
    if (error instanceof Cancelled) throw new Stop(step.name, cancelled);
    throw error;
  }
}

const cancelled: SagaRejection = { code: 'CANCELLED', message: 'It was cancelled.', details: {} };

/** Runs an action that must happen: a request to stop the saga comes too late for it. */
async function untilDone<T>(durable: DurableRun, name: string, action: () => Promise<T>): Promise<T> {
  for (;;) {
    try {
      return await durable.run(name, action, undefined);
    } catch (error) {
      if (!(error instanceof Cancelled)) throw error;
    }
  }
}

function holdOrder<P, I, O>(saga: string, step: Step<P, I, O>, seen: Set<string>, pivoted: boolean): void {
  if (seen.has(step.name)) throw new Error(`${saga} runs "${step.name}" twice; give the second one a name of its own`);
  seen.add(step.name);
  if (pivoted && step.kind !== 'retriable')
    throw new Error(`${saga} runs "${step.name}" (${step.kind}) after its pivot, where only retriable steps may stand`);
  if (!pivoted && step.kind === 'retriable')
    throw new Error(`${saga} runs "${step.name}" (retriable) before its pivot: it could not be undone`);
}
