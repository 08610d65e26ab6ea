import type { DurableContext } from './durable-context.js';
import { FactRecorder } from './fact.js';
import type { SagaFact } from './fact.js';
import type { Outcome, RunStep, Saga } from './saga.js';
import { StepRunner } from './step-runner.js';
import type { CompensatableStep, Direction, SagaRejection, Step, StepCall } from './step.js';

/** One telling of a saga. */
export interface SagaExecution<P, Request> {
  readonly sagaId: string;
  readonly request: Request;
  /** When the saga began, in milliseconds since the epoch; the same in every telling. */
  readonly beganAt: number;
  readonly context: DurableContext;
  readonly participantsFor: (call: StepCall) => P;
  /** Told of everything that happens; of the same things again, by the same keys, when the saga is told again. */
  readonly onFact?: (fact: SagaFact) => void;
}

/** Ends the story. Thrown through it by `run`, and caught by the loop alone. */
class StepRejected extends Error {
  override readonly name = 'Stop';
  constructor(
    readonly step: string,
    readonly rejection: SagaRejection,
  ) {
    super(`${step}: ${rejection.code}`);
  }
}

interface Compensation<P> {
  readonly name: string;
  readonly act: (participants: P, why: SagaRejection) => Promise<unknown>;
}

/**
 * Tells a saga's story. When a step says no, or keeps failing for too long, what was done before it is undone, newest
 * first, and the outcome says who said no, and why. Once the pivot has said yes nothing is undone any more.
 */
export async function executeSaga<P, Request, Result>(
  saga: Saga<P, Request, Result>,
  { sagaId, request, beganAt, context, participantsFor, onFact = () => undefined }: SagaExecution<P, Request>,
): Promise<Outcome<Result>> {
  const facts = new FactRecorder(beganAt, onFact);
  const steps = new StepRunner(context, facts, saga.deadline);
  const compensations: Compensation<P>[] = [];
  const seen = new Set<string>();
  let pivoted = false;

  const call = (name: string, direction: Direction) =>
    participantsFor({ idempotencyKey: `${saga.name}/${sagaId}/${name}/${direction}`, step: name, direction });

  const run: RunStep<P> = async (step, input) => {
    assertStepOrder(saga.name, step, seen, pivoted);
    // Registered before the act: when the act's outcome is unknown, it must be undone, too.
    if (step.kind === 'compensatable') compensations.push(toCompensation(step, input));
    const settled = await steps.do(step, () => step.do(call(step.name, 'do'), input));
    if ('rejected' in settled) throw new StepRejected(step.name, settled.rejected);
    if (step.kind === 'pivot') {
      pivoted = true;
      compensations.length = 0;
    }
    return settled.value;
  };

  try {
    const result = await saga.story(run, request, sagaId);
    facts.recordSagaEnd('COMPLETED');
    return { outcome: 'completed', result };
  } catch (error) {
    if (!(error instanceof StepRejected)) throw error;
    const { step, rejection } = error;
    const waiting = compensations.reverse();
    for (let undo = waiting.shift(); undo; undo = waiting.shift()) {
      const { name, act } = undo;
      const over = await steps.undo(name, () => act(call(name, 'undo'), rejection), waiting.length);
      if (over === 'later') waiting.push(undo);
    }
    facts.recordSagaEnd('REJECTED', step, rejection);
    return { outcome: 'rejected', step, rejection };
  }
}

function toCompensation<P, I, O>(step: CompensatableStep<P, I, O>, input: I): Compensation<P> {
  return { name: step.name, act: (participants, why) => step.undo(participants, input, why) };
}

function assertStepOrder<P, I, O>(saga: string, step: Step<P, I, O>, seen: Set<string>, pivoted: boolean): void {
  if (seen.has(step.name)) throw new Error(`${saga} runs "${step.name}" twice; give the second one a name of its own`);
  seen.add(step.name);
  if (pivoted && step.kind !== 'retriable')
    throw new Error(`${saga} runs "${step.name}" (${step.kind}) after its pivot, where only retriable steps may stand`);
  if (!pivoted && step.kind === 'retriable')
    throw new Error(`${saga} runs "${step.name}" (retriable) before its pivot: it could not be undone`);
}
