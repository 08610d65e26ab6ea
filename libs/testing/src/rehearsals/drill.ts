import type { Downstreams } from '@bff/downstreams';
import { formatFault, FAULTS } from '@bff/fakes';
import type { Fault, SkippedDuty } from '@bff/fakes';
import { saga as makeSaga } from '@bff/saga';
import type { Direction, Saga, Step, StepCall } from '@bff/saga';
import { DEFAULT_TIMEOUT_MS, Stage } from './rehearsal.js';
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
  /** Sets up the fault, and the rejection that leads to an undo. */
  arrange(t: ScenarioScope): void;
}

export interface Drill<Request> {
  readonly request: Request;
  /** Makes the saga reject as late as possible, so that every undo runs. */
  readonly rejectLate: (t: ScenarioScope) => void;
}

/** True for a fault that lets every request through in the end, or that would kill the orchestrator forever. */
const isEventuallyHarmless = (fault: Fault) =>
  fault === 'kill-orchestrator' || (typeof fault === 'object' && 'latency' in fault);

/**
 * Every step of a saga, forward and while undoing, with every fault: twice and then no more, which the saga must
 * survive; and permanently, which must make it compensate. The saga is executed once to find its steps.
 */
export async function createDrill<Request, Result>(
  saga: Saga<Downstreams, Request, Result>,
  { request, rejectLate }: Drill<Request>,
): Promise<DrillCase[]> {
  const steps = await findSteps(saga, request);
  const undoable = steps.filter(({ kind }) => kind === 'compensatable');
  const impatient = steps.filter(({ kind }) => kind === 'check' || kind === 'compensatable');
  const once = steps.flatMap(({ name }) => FAULTS.map((fault) => toForwardCase(name, fault, 'twice')));
  const undoing = undoable.flatMap(({ name }) => FAULTS.map((fault) => toUndoCase(name, fault, rejectLate)));
  const lasting = FAULTS.filter((fault) => !isEventuallyHarmless(fault));
  const forGood = impatient.flatMap(({ name }) => lasting.map((fault) => toForwardCase(name, fault, 'for good')));
  return [...once, ...undoing, ...forGood];
}

/** The steps of a saga, in the order in which it takes them when all goes well. */
async function findSteps<Request, Result>(
  saga: Saga<Downstreams, Request, Result>,
  request: Request,
): Promise<DrilledStep[]> {
  const steps: DrilledStep[] = [];
  const recorded = makeSaga<Downstreams, Request, Result>(saga, (run, ...rest) =>
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
    await stage.run('the steps of a saga', async (t) => {
      const { outcome } = await t.execute(recorded, request);
      if (outcome !== 'completed')
        throw new Error(`${saga.name} is ${outcome} when all goes well: nothing can be drilled`);
    });
  } finally {
    await stage.close();
  }
  if (steps.length === 0) throw new Error(`${saga.name} has no step: nothing can be drilled`);
  return steps;
}

/** Rehearses a drill and returns what went wrong: a message for each case that fails. Empty when all is well. */
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
    stage.run(`${one.step} ${formatFault(one.fault)}`, async (t) => {
      one.arrange(t);
      const { outcome } = await t.execute(saga, request, { timeoutMs: one.timeoutMs, ...options });
      if (outcome !== one.ends) throw new Error(`The saga is ${outcome} and not ${one.ends}.`);
      await t.callLog.expectBalanced(BALANCED_WITHIN_MS);
    });
  const failures: string[] = [];
  const waiting = [...cases];
  const rehearseAll = async (): Promise<void> => {
    for (let one = waiting.shift(); one; one = waiting.shift()) {
      const { step, fault, times } = one;
      await rehearse(one).catch((error: unknown) =>
        failures.push(`${step} meets ${formatFault(fault)} ${times}: ${String(error)}`),
      );
    }
  };
  await Promise.all(Array.from({ length: MAX_CONCURRENT_REHEARSALS }, rehearseAll));
  await stage.close();
  return failures;
}

/** The number of cases that are rehearsed concurrently: they wait more than they work. */
const MAX_CONCURRENT_REHEARSALS = 16;

/** In a rehearsal everything has ended with the saga, except a request that is being aborted. */
const BALANCED_WITHIN_MS = 200;

/** Only calls that get no response time out early; any other may be slow because the machine is. */
function toTimeouts(fault: Fault, step: string, direction: Direction): DrillCase['timeoutMs'] {
  const silent = fault === 'hang' || fault === 'drip';
  return (call) => (silent && call.step === step && call.direction === direction ? 100 : DEFAULT_TIMEOUT_MS);
}

function toForwardCase(step: string, fault: Fault, times: DrillCase['times']): DrillCase {
  const faults: readonly [Fault, ...Fault[]] = times === 'twice' ? [fault, fault, 'ok'] : [fault];
  const ends = times === 'twice' ? 'completed' : 'rejected';
  const timeoutMs = toTimeouts(fault, step, 'do');
  return { step: `"${step}"`, fault, times, ends, timeoutMs, arrange: (t) => t.step(step).fail(...faults) };
}

function toUndoCase(step: string, fault: Fault, no: Drill<unknown>['rejectLate']): DrillCase {
  return {
    step: `the undo of "${step}"`,
    fault,
    times: 'twice',
    ends: 'rejected',
    timeoutMs: toTimeouts(fault, step, 'undo'),
    arrange: (t) => {
      no(t);
      t.step(step).undo.fail(fault, fault, 'ok');
    },
  };
}
