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

/** Retention of finished sagas in the engine: the same key finds the same outcome for this long. */
const RETENTION = { days: 3650 };

/**
 * How the engine delivers a saga again whose worker died or vanished. The first interval is the failover time. How often is
 * the engine's own setting (the SDK cannot say "for ever"): it must be unlimited, for a count that runs out would leave
 * orders unfinished because the orchestrator was away for a while.
 */
const DELIVERY_RETRY = { initialInterval: 10, exponentiationFactor: 2, maxInterval: 1_000 } as const;

/** What is handed to the engine to start a saga. */
export interface SagaInput<Request> {
  readonly request: Request;
  /** Tells requests apart that came under the same saga id. */
  readonly fingerprint: string;
}

/** What the engine keeps of a saga that has ended. */
export interface SagaEnd<Result> {
  readonly outcome: Outcome<Result>;
  /** Of the request that the saga was started with. */
  readonly fingerprint: string;
}

/** What a saga is about that has begun. */
export interface SagaSummary {
  /** Of the request that it was started with. */
  readonly fingerprint: string;
  /** Whose saga it is. */
  readonly subject: string;
}

/** What a saga keeps in the engine from its beginning on. */
interface SagaState extends SagaSummary {
  readonly version: number;
  /** The engine's own name for it, under which it can be stopped. */
  readonly invocation: string;
}

/** The first entry of a saga's journal. */
interface BeginEntry {
  /** Milliseconds since the epoch. */
  readonly beganAt: number;
  readonly version: number;
  /** What came of what the saga asked first, when that was soon. */
  readonly first?: unknown;
}

/** How a worker runs its sagas. */
export interface SagaWorkflowOptions {
  /** The baggage header that a saga was started with goes to its participants. For tests. */
  readonly forwardBaggage?: boolean;
  /** How patient steps are, in percent of what they say. 100 when not given. */
  readonly retryTimeoutPercent?: number;
}

/** A saga in the engine's form. Its inside is this library's business. */
export interface SagaWorkflow {
  readonly name: string;
  /** Every version that this worker can tell. */
  readonly versions: readonly number[];
  readonly definition: restate.WorkflowDefinition<string, unknown>;
}

/**
 * Makes a saga something that the engine can run: every version that is still in flight, the newest first. A saga begins
 * with the newest, and goes on with the one that it began with.
 */
export function createSagaWorkflow<P, Request, Result>(
  versions: readonly [Saga<P, Request, Result>, ...Saga<P, Request, Result>[]],
  participantsFor: (call: StepCall) => P,
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
      ...{ sagaId: context.key, request },
      participantsFor: (call: StepCall) => participantsFor({ ...call, baggage }),
    };
    const retryTimeoutFactor = retryTimeoutPercent / 100;
    const prefetched = new PrefetchedCheck();
    const { beganAt, version, first } = await context.run('begin', async (): Promise<BeginEntry> => {
      const beganAt = Date.now();
      const first = await prefetched.prefetch(newest, { ...execution, beganAt }, retryTimeoutFactor);
      return { beganAt, version: newest.version, first };
    });
    const saga = versions.find((one) => one.version === version);
    // The engine tries again, until it meets a worker that has it.
    if (!saga) throw new Error(`This worker has no version ${version} of ${name}`);
    const subject = saga.subject(request);
    context.set<SagaState>(STATE.about, { version, fingerprint, subject, invocation: context.request().id });
    const identity: SagaIdentity = { sagaId: context.key, saga: name, version, subject };
    const facts: SagaFact[] = [];
    const onFact = (fact: SagaFact): void => {
      // The end is recorded with everything before it: nothing is written after it.
      if (fact.kind !== 'ENDED') timeline.enqueue(identity, fact);
      if (isReplayed(fact)) facts.push(fact);
    };
    const durable = prefetched.resume(new RestateContext(context, retryTimeoutFactor), first, onFact);
    const outcome = await executeSaga(saga, { ...execution, beganAt, context: durable, onFact });
    // Not in the journal: a worker that dies here is followed by one that tells, and records, all of it again.
    await timeline.record(identity, facts);
    return { outcome, fingerprint };
  };

  const definition = restate.workflow({
    name,
    handlers: {
      [HANDLERS.run]: run,
      // A question leaves no journal behind, however often it is asked.
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

/** What a saga that has begun is about; null when it has not. */
async function readSummary(context: restate.WorkflowSharedContext): Promise<SagaSummary | null> {
  const kept = await context.get<SagaState>(STATE.about);
  return kept && { fingerprint: kept.fingerprint, subject: kept.subject };
}

/** Takes an operator's decision to the saga that waits for one. */
async function decide(context: restate.WorkflowSharedContext, decision: Decision): Promise<null> {
  const waiting = await context.get<PendingDecision>(STATE.waiting);
  if (!waiting) throw createRefusal(`${context.key} does not wait for a decision`);
  const { step, can, promise } = waiting;
  if (!can.includes(decision.action))
    throw createRefusal(`"${step.step}" can be answered by ${can.join(', ')}, not by ${decision.action}`);
  try {
    await context.promise<Decision>(promise).resolve(decision);
  } catch (error) {
    if (error instanceof restate.TerminalError) throw createRefusal(`${context.key} was decided, or went on, just now`);
    throw error;
  }
  return null;
}

/** Asks a saga to stop. It obeys when it has not reached its pivot. */
async function cancel(context: restate.WorkflowSharedContext): Promise<null> {
  const kept = await context.get<SagaState>(STATE.about);
  if (!kept) throw createRefusal(`${context.key} has not begun`);
  context.invocation(restate.InvocationIdParser.fromString(kept.invocation)).cancel();
  return null;
}

function createRefusal(message: string): restate.TerminalError {
  return new restate.TerminalError(message, { errorCode: 409 });
}
