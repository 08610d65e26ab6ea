import type { DurableContext } from './durable-context.js';
import { FactRecorder } from './fact.js';
import type { FactListener } from './fact.js';
import type { Outcome, RunStep, Saga } from './saga.js';
import { StepRunner } from './step-runner.js';
import type { CompensatableStep, Direction, SagaRejection, Step, StepCall } from './step.js';

/** One execution of a saga. A replay after a crash is another execution of the same saga. */
export interface SagaExecution<P, Request> {
  readonly sagaId: string;
  readonly request: Request;
  /** When the saga began, in milliseconds since the epoch; the same in every execution. */
  readonly beganAt: number;
  readonly context: DurableContext;
  readonly createParticipants: (call: StepCall) => P;
  /** Called with every fact. A replay calls it with the same facts under the same keys. */
  readonly onFact?: FactListener;
}

/** Ends the story. Thrown through it by `run`, and caught by executeSaga alone. */
class StepRejected extends Error {
  override readonly name = 'StepRejected';
  constructor(
    readonly step: string,
    readonly rejection: SagaRejection,
  ) {
    super(`${step}: ${rejection.code}`);
  }
}

interface Compensation<P> {
  readonly name: string;
  readonly undo: (participants: P, why: SagaRejection) => Promise<unknown>;
}

/**
 * Executes a saga's story. When a step is rejected, or keeps failing for longer than its `retryFor`, the steps before it are
 * compensated, newest first, and the outcome names the step and the reason. Once the pivot has succeeded nothing is undone.
 */
export async function executeSaga<P, Request, Result>(
  saga: Saga<P, Request, Result>,
  { sagaId, request, beganAt, context, createParticipants, onFact = () => undefined }: SagaExecution<P, Request>,
): Promise<Outcome<Result>> {
  const facts = new FactRecorder(beganAt, onFact);
  const steps = new StepRunner(context, facts, saga.deadline);
  const compensations: Compensation<P>[] = [];
  const seen = new Set<string>();
  let pivoted = false;

  const toParticipants = (name: string, direction: Direction) =>
    createParticipants({ idempotencyKey: `${saga.name}/${sagaId}/${name}/${direction}`, step: name, direction });

  const run: RunStep<P> = async (step, input) => {
    assertStepOrder(saga.name, step, seen, pivoted);
    // Registered before the call: when its outcome is unknown, it must be undone, too.
    if (step.kind === 'compensatable') compensations.push(toCompensation(step, input));
    const settled = await steps.do(step, () => step.do(toParticipants(step.name, 'do'), input));
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
    const pending = compensations.reverse();
    for (let next = pending.shift(); next; next = pending.shift()) {
      const { name, undo } = next;
      const ended = await steps.undo(name, () => undo(toParticipants(name, 'undo'), rejection), pending.length);
      if (ended === 'postponed') pending.push(next);
    }
    facts.recordSagaEnd('REJECTED', step, rejection);
    return { outcome: 'rejected', step, rejection };
  }
}

function toCompensation<P, I, O>(step: CompensatableStep<P, I, O>, input: I): Compensation<P> {
  return { name: step.name, undo: (participants, why) => step.undo(participants, input, why) };
}

function assertStepOrder<P, I, O>(saga: string, step: Step<P, I, O>, seen: Set<string>, pivoted: boolean): void {
  if (seen.has(step.name)) throw new Error(`${saga} runs "${step.name}" twice: give the second step another name`);
  seen.add(step.name);
  if (pivoted && step.kind !== 'retriable')
    throw new Error(
      `${saga} runs "${step.name}" (${step.kind}) after its pivot, where only retriable steps are allowed`,
    );
  if (!pivoted && step.kind === 'retriable')
    throw new Error(`${saga} runs "${step.name}" (retriable) before its pivot, where every step must be undoable`);
}
