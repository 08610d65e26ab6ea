import type { Downstreams } from '@bff/downstreams';
import { faultName, FAULTS } from '@bff/fakes';
import type { Fault, SkippedDuty } from '@bff/fakes';
import { saga as makeSaga } from '@bff/saga';
import type { Direction, Saga, Step, StepCall } from '@bff/saga';
import { PATIENT_MS, Stage } from './rehearsal.js';
import type { RehearsalOptions } from './rehearsal.js';
import type { ScenarioScope } from '../scenarios/scenario.scope.js';

type Kind = Step<never, never, never>['kind'];

/** A step as the drill sees it. */
export interface DrilledStep {
  readonly name: string;
  readonly kind: Kind;
}

/** One case of a drill: a step, or its undo, meets a fault. */
export interface DrillCase {
  /** The step's name; `the undo of "..."` for an undo. */
  readonly step: string;
  readonly fault: Fault;
  /** How often. */
  readonly times: 'twice' | 'for good';
  /** How the saga must end. */
  readonly ends: 'completed' | 'rejected';
  /** The longest that a call of a step should take in a rehearsal of this case, in milliseconds. */
  readonly timeoutMs: (call: Pick<StepCall, 'step' | 'direction'>) => number;
  /** Sets the scene: the fault, and the no that leads to an undo. */
  arrange(t: ScenarioScope): void;
}

export interface Drill<Request> {
  readonly request: Request;
  /** Makes the saga say no as late as it can, so that everything that can be undone is. */
  readonly rejectLate: (t: ScenarioScope) => void;
}

/** These let the request through in the end, however often they happen; or kill so often that nothing ever ends. */
const LETS_THROUGH = (fault: Fault) =>
  fault === 'kill-orchestrator' || (typeof fault === 'object' && 'latency' in fault);

/**
 * Every step of a saga, forward and while undoing, with every fault: twice and then well again, which the saga must
 * survive; and for good, which must make it give up and undo. The steps are the saga's own: it is told once, to see them.
 */
export async function createDrill<Request, Result>(
  saga: Saga<Downstreams, Request, Result>,
  { request, rejectLate }: Drill<Request>,
): Promise<DrillCase[]> {
  const steps = await stepsOf(saga, request);
  const undoable = steps.filter(({ kind }) => kind === 'compensatable');
  const impatient = steps.filter(({ kind }) => kind === 'check' || kind === 'compensatable');
  const once = steps.flatMap(({ name }) => FAULTS.map((fault) => forward(name, fault, 'twice')));
  const undoing = undoable.flatMap(({ name }) => FAULTS.map((fault) => backward(name, fault, rejectLate)));
  const lasting = FAULTS.filter((fault) => !LETS_THROUGH(fault));
  const forGood = impatient.flatMap(({ name }) => lasting.map((fault) => forward(name, fault, 'for good')));
  return [...once, ...undoing, ...forGood];
}

/** The steps of a saga, in the order in which it takes them when all goes well. */
async function stepsOf<Request, Result>(
  saga: Saga<Downstreams, Request, Result>,
  request: Request,
): Promise<DrilledStep[]> {
  const steps: DrilledStep[] = [];
  const watched = makeSaga<Downstreams, Request, Result>(saga, (run, ...rest) =>
    saga.story(
      (step, input) => {
        steps.push({ name: step.name, kind: step.kind });
        return run(step, input);
      },
      ...rest,
    ),
  );
  const stage = await Stage.open();
  try {
    await stage.play('the steps of a saga', async (t) => {
      const { outcome } = await t.execute(watched, request);
      if (outcome !== 'completed')
        throw new Error(`${saga.name} is ${outcome} when all goes well: nothing can be drilled`);
    });
  } finally {
    await stage.close();
  }
  if (steps.length === 0) throw new Error(`${saga.name} has no step: nothing can be drilled`);
  return steps;
}

/** What goes wrong when a drill is rehearsed: a message for each case that fails. Empty when all is well. */
export async function findFailures<Request, Result>(
  saga: Saga<Downstreams, Request, Result>,
  request: Request,
  cases: readonly DrillCase[],
  { skipDuty, ...options }: RehearsalOptions & { readonly skipDuty?: SkippedDuty } = {},
): Promise<string[]> {
  if (cases.length === 0)
    throw new Error(`The drill of ${saga.name} has no case: it would find nothing whatever happens`);
  const stage = await Stage.open(skipDuty ? { skipDuty } : {});
  const rehearse = async (one: DrillCase): Promise<void> =>
    stage.play(`${one.step} ${faultName(one.fault)}`, async (t) => {
      one.arrange(t);
      const { outcome } = await t.execute(saga, request, { timeoutMs: one.timeoutMs, ...options });
      if (outcome !== one.ends) throw new Error(`The saga is ${outcome} and not ${one.ends}.`);
      await t.callLog.balanced(BALANCED_WITHIN_MS);
    });
  const failures: string[] = [];
  const waiting = [...cases];
  const rehearseAll = async (): Promise<void> => {
    for (let one = waiting.shift(); one; one = waiting.shift()) {
      const { step, fault, times } = one;
      await rehearse(one).catch((error: unknown) =>
        failures.push(`${step} meets ${faultName(fault)} ${times}: ${String(error)}`),
      );
    }
  };
  await Promise.all(Array.from({ length: SIDE_BY_SIDE }, rehearseAll));
  await stage.close();
  return failures;
}

/** So many cases are rehearsed at once: they wait more than they work. */
const SIDE_BY_SIDE = 16;

/** In a rehearsal everything is over when the saga is, but for a request that is being cut. */
const BALANCED_WITHIN_MS = 200;

/** Only the calls that nobody answers are to be given up soon; any other may be slow because the machine is. */
function timeouts(fault: Fault, step: string, direction: Direction): DrillCase['timeoutMs'] {
  const silent = fault === 'hang' || fault === 'drip';
  return (call) => (silent && call.step === step && call.direction === direction ? 100 : PATIENT_MS);
}

function forward(step: string, fault: Fault, times: DrillCase['times']): DrillCase {
  const faults: readonly [Fault, ...Fault[]] = times === 'twice' ? [fault, fault, 'ok'] : [fault];
  const ends = times === 'twice' ? 'completed' : 'rejected';
  const timeoutMs = timeouts(fault, step, 'do');
  return { step: `"${step}"`, fault, times, ends, timeoutMs, arrange: (t) => t.step(step).fail(...faults) };
}

function backward(step: string, fault: Fault, no: Drill<unknown>['rejectLate']): DrillCase {
  return {
    ...{
      step: `the undo of "${step}"`,
      fault,
      times: 'twice',
      ends: 'rejected',
      timeoutMs: timeouts(fault, step, 'undo'),
    },
    arrange: (t) => {
      no(t);
      t.step(step).undo.fail(fault, fault, 'ok');
    },
  };
}
