import * as restate from '@restatedev/restate-sdk';
import { HANDLERS, STATE } from './engine-names.js';
import { RestateContext } from './restate-context.js';
import type { PendingDecision } from './restate-context.js';
import { isReplayed } from '../core/fact.js';
import type { Decision, SagaFact } from '../core/fact.js';
import { PrefetchedCheck } from '../core/prefetched-check.js';
import type { Outcome, Saga } from '../core/saga.js';
import type { StepCall } from '../core/step.js';
import type { SagaIdentity, Timeline } from '../core/timeline.js';
import { executeSaga } from '../core/execute-saga.js';

/** How long the engine retains finished sagas: as long as that, the same key finds the same outcome. */
const RETENTION = { days: 3650 };

/**
 * The backoff with which the engine delivers a saga again when its worker has died or cannot be reached. The first interval is
 * the failover time. The number of attempts is the engine's own setting (the SDK has no value for "unlimited"): it must be
 * unlimited, because otherwise orders stay unfinished after an outage of the orchestrator.
 */
const DELIVERY_RETRY = { initialInterval: 10, exponentiationFactor: 2, maxInterval: 1_000 } as const;

/** The input of a saga in the engine. */
export interface SagaInput<Request> {
  readonly request: Request;
  /** Distinguishes requests that came under the same saga id. */
  readonly fingerprint: string;
}

/** What the engine stores when a saga has ended. */
export interface SagaEnd<Result> {
  readonly outcome: Outcome<Result>;
  /** Of the request that the saga was started with. */
  readonly fingerprint: string;
}

/** What a saga that has begun says about itself. */
export interface SagaSummary {
  /** Of the request that it was started with. */
  readonly fingerprint: string;
  /** Who owns the saga. */
  readonly subject: string;
}

/** A saga's state in the engine. Stored: do not rename its properties. */
interface SagaState extends SagaSummary {
  readonly version: number;
  /** The engine's id of the invocation, by which it is cancelled. */
  readonly invocation: string;
}

/** The first entry of a saga's journal. Journaled: do not rename its properties. */
interface BeginEntry {
  /** Milliseconds since the epoch. */
  readonly beganAt: number;
  readonly version: number;
  /** The result of the first check, when it came soon enough. */
  readonly first?: unknown;
}

/** Options of the sagas of a worker. */
export interface SagaWorkflowOptions {
  /** Whether the baggage header that a saga was started with is forwarded to its participants. For tests. */
  readonly forwardBaggage?: boolean;
  /** How long steps are retried, in percent of their `retryFor`. 100 when not given. */
  readonly retryTimeoutPercent?: number;
}

/** A saga as a workflow of the engine. Its definition is for this library alone. */
export interface SagaWorkflow {
  readonly name: string;
  /** Every version that this worker can execute. */
  readonly versions: readonly number[];
  readonly definition: restate.WorkflowDefinition<string, unknown>;
}

/**
 * Creates the engine's workflow of a saga, from every version that is still in flight, the newest first. A new saga begins with
 * the newest; a saga in flight continues with the version that it began with.
 */
export function createSagaWorkflow<P, Request, Result>(
  versions: readonly [Saga<P, Request, Result>, ...Saga<P, Request, Result>[]],
  createParticipants: (call: StepCall) => P,
  timeline: Timeline,
  { forwardBaggage = false, retryTimeoutPercent = 100 }: SagaWorkflowOptions = {},
): SagaWorkflow {
  const [newest] = versions;
  const { name } = newest;

  const run = async (
    context: restate.WorkflowContext,
    { request, fingerprint }: SagaInput<Request>,
  ): Promise<SagaEnd<Result>> => {
    const baggage = forwardBaggage ? context.request().headers.get('baggage') : undefined;
    const execution = {
      sagaId: context.key,
      request,
      createParticipants: (call: StepCall) => createParticipants({ ...call, baggage }),
    };
    const retryTimeoutFactor = retryTimeoutPercent / 100;
    const check = new PrefetchedCheck();
    const { beganAt, version, first } = await context.run('begin', async (): Promise<BeginEntry> => {
      const beganAt = Date.now();
      const first = await check.prefetch(newest, { ...execution, beganAt }, retryTimeoutFactor);
      return { beganAt, version: newest.version, first };
    });
    const saga = findVersion(versions, version);
    const subject = saga.subject(request);
    context.set<SagaState>(STATE.about, { version, fingerprint, subject, invocation: context.request().id });
    const identity: SagaIdentity = { sagaId: context.key, saga: name, version, subject };
    const facts: SagaFact[] = [];
    const onFact = (fact: SagaFact): void => {
      // The end is recorded below, with everything before it: nothing is stored after it.
      if (fact.kind !== 'ENDED') timeline.enqueue(identity, fact);
      if (isReplayed(fact)) facts.push(fact);
    };
    const durable = check.resume(new RestateContext(context, retryTimeoutFactor), first, onFact);
    const outcome = await executeSaga(saga, { ...execution, beganAt, context: durable, onFact });
    // Not journaled: when this worker dies here, the next one replays the saga and records all of its facts again.
    await timeline.record(identity, facts);
    return { outcome, fingerprint };
  };

  const definition = restate.workflow({
    name,
    handlers: {
      [HANDLERS.run]: run,
      // A read leaves no journal behind.
      [HANDLERS.about]: restate.handlers.workflow.shared({ journalRetention: 0 }, readSummary),
      [HANDLERS.decide]: restate.handlers.workflow.shared(decide),
      [HANDLERS.cancel]: restate.handlers.workflow.shared(cancel),
    },
    options: {
      workflowRetention: RETENTION,
      journalRetention: RETENTION,
      retryPolicy: { ...DELIVERY_RETRY, onMaxAttempts: 'pause' },
    },
  });
  return { name, versions: versions.map(({ version }) => version), definition };
}

/** The engine retries after the error, until it reaches a worker that has the version. */
function findVersion<P, Request, Result>(
  versions: readonly [Saga<P, Request, Result>, ...Saga<P, Request, Result>[]],
  version: number,
): Saga<P, Request, Result> {
  const found = versions.find((one) => one.version === version);
  if (found) return found;
  throw new Error(
    `This worker has no version ${version} of ${versions[0].name}: keep it beside the new one until its last saga has ended`,
  );
}

/** The summary of a saga; null when it has not begun. */
async function readSummary(context: restate.WorkflowSharedContext): Promise<SagaSummary | null> {
  const state = await context.get<SagaState>(STATE.about);
  return state && { fingerprint: state.fingerprint, subject: state.subject };
}

/** Passes an operator's decision to the saga that waits for it. */
async function decide(context: restate.WorkflowSharedContext, decision: Decision): Promise<null> {
  const waiting = await context.get<PendingDecision>(STATE.waiting);
  if (!waiting) throw createRefusal(`${context.key} does not wait for a decision`);
  const { step, can, promise } = waiting;
  if (!can.includes(decision.action))
    throw createRefusal(`"${step.step}" accepts the decisions ${can.join(', ')}, not ${decision.action}`);
  try {
    await context.promise<Decision>(promise).resolve(decision);
  } catch (error) {
    if (error instanceof restate.TerminalError)
      throw createRefusal(`${context.key} has just been decided, or has continued by itself`);
    throw error;
  }
  return null;
}

/** Cancels a saga. It stops, and undoes what it did, when it has not reached its pivot. */
async function cancel(context: restate.WorkflowSharedContext): Promise<null> {
  const state = await context.get<SagaState>(STATE.about);
  if (!state) throw createRefusal(`${context.key} has not begun`);
  context.invocation(restate.InvocationIdParser.fromString(state.invocation)).cancel();
  return null;
}

function createRefusal(message: string): restate.TerminalError {
  return new restate.TerminalError(message, { errorCode: 409 });
}
