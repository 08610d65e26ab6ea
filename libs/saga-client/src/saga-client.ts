import { connect, rpc } from '@restatedev/restate-sdk-clients';
import type { Ingress, Opts, Output, SendOpts, WorkflowSubmission } from '@restatedev/restate-sdk-clients';
import { isId } from '@bff/kernel';
import { poolFetch } from '@bff/resilience';
import type { SagaSummary, Decision, SagaEnd, SagaInput, SagaName } from '@bff/saga';
import { SubmissionTracker } from './submission-tracker.js';
import { parseEngineError, EngineUnavailable, NotWaiting, toEngineUnavailable } from './engine-error.js';

/** What the engine's client offers for a workflow of ours. */
interface Workflow<Request, Result> {
  run(input: SagaInput<Request>, options: Opts<SagaInput<Request>, SagaEnd<Result>>): Promise<SagaEnd<Result>>;
  workflowSubmit(
    input: SagaInput<Request>,
    options: SendOpts<SagaInput<Request>>,
  ): Promise<WorkflowSubmission<SagaEnd<Result>>>;
  workflowAttach(options: Opts<void, SagaEnd<Result>>): Promise<SagaEnd<Result>>;
  workflowOutput(options: Opts<void, SagaEnd<Result>>): Promise<Output<SagaEnd<Result>>>;
  about(options: Opts<void, SagaSummary | null>): Promise<SagaSummary | null>;
  cancel(options: Opts<void, null>): Promise<null>;
  decide(decision: Decision, options: Opts<Decision, null>): Promise<null>;
}

/** How a saga is asked for: its name, and the types that travel. */
export interface SagaRef<Request, Result> extends SagaName {
  /** For the compiler alone; never set. */
  readonly types?: { readonly request: Request; readonly result: Result };
}

/**
 * A saga that was started or found, or perhaps was ('unknown': the engine may have received it, and did not say so), and how
 * it ended; undefined when it has not ended, or nobody can tell right now.
 */
export interface StartedSaga<Result> {
  readonly how: 'started' | 'found' | 'unknown';
  readonly ended: SagaEnd<Result> | undefined;
}

/** So long a saga is started and waited for in one call, in milliseconds; an engine that hangs is not waited for. */
const SINGLE_CALL_TIMEOUT_MS = 1_000;

/** The longest that one attempt to hand a saga to the engine may take. */
const SUBMIT_TIMEOUT_MS = 3_000;

/** The least time for a look, in milliseconds: what has long ended is found even by a caller who does not want to wait. */
const MIN_WAIT_MS = 50;

/** How long to ask a worker, in milliseconds. */
const SUMMARY_TIMEOUT_MS = 500;

/** A submission and a question are both safe to repeat: for so long, in milliseconds, a restarting engine is bridged. */
const RETRY_FOR_MS = 1_500;

/** So long it is bridged for a caller who waits anyway. */
const MAX_RETRY_FOR_MS = 5_000;

const RETRY = { initialInterval: 50, maxInterval: 500, maxAttempts: false } as const;

/** What goes with each attempt to hand a saga to the engine. */
interface Submission {
  readonly baggage: string | undefined;
  readonly tracker: SubmissionTracker;
}

/** Starts sagas and asks how they ended. */
export class SagaClient {
  private readonly ingress: Ingress;
  private readonly fetch: typeof fetch;

  constructor(private readonly url: string) {
    this.fetch = poolFetch(url);
    this.ingress = this.connect(RETRY_FOR_MS);
  }

  /**
   * Starts a saga, or finds the one that was started under this id, and waits for its end, at most `waitMs`. Durable when it
   * resolves, unless that is unknown. The baggage header goes with the saga to its participants, if its worker lets it. Throws
   * EngineUnavailable when the engine has certainly not received it.
   */
  async run<Request, Result>(
    saga: SagaRef<Request, Result>,
    id: string,
    input: SagaInput<Request>,
    waitMs: number,
    baggage?: string,
  ): Promise<StartedSaga<Result>> {
    const until = Date.now() + waitMs;
    const tracker = new SubmissionTracker(this.fetch);
    const sending = { baggage, tracker };
    const atOnce = await this.runInOneCall(saga, id, input, { ...sending, waitMs });
    if (typeof atOnce === 'object') return { how: 'started', ended: atOnce };
    const how =
      atOnce === 'found' ? atOnce : await this.submit(saga, id, input, { ...sending, until, sent: atOnce === 'sent' });
    if (how === 'unknown') return { how, ended: undefined };
    try {
      return { how, ended: await this.waitForEnd(saga, id, until - Date.now()) };
    } catch (error) {
      // It is durable by now, whether the engine can be asked or not.
      if (error instanceof EngineUnavailable) return { how, ended: undefined };
      throw error;
    }
  }

  /**
   * The short way, for a saga that ends soon: one call. Sent when it did not end soon enough; unknown when the engine may not
   * know of it.
   */
  private async runInOneCall<Request, Result>(
    saga: SagaRef<Request, Result>,
    id: string,
    input: SagaInput<Request>,
    { waitMs, baggage, tracker }: Submission & { readonly waitMs: number },
  ): Promise<SagaEnd<Result> | 'found' | 'sent' | 'unknown'> {
    if (waitMs < MIN_WAIT_MS) return 'unknown';
    const workflow = createWorkflow<Request, Result>(this.connect(RETRY_FOR_MS, tracker.fetch), saga, id);
    const signal = AbortSignal.timeout(Math.min(waitMs, SINGLE_CALL_TIMEOUT_MS));
    try {
      return await workflow.run(input, rpc.opts({ signal, ...toHeaders(baggage) }));
    } catch (error) {
      if (signal.aborted) return 'sent';
      return parseEngineError(error).status === 409 ? 'found' : 'unknown';
    }
  }

  /**
   * Starts a saga, or finds the one that was started under this id; by us, when it was sent before. Throws EngineUnavailable
   * when the engine has received nothing.
   */
  private async submit<Request, Result>(
    saga: SagaRef<Request, Result>,
    id: string,
    input: SagaInput<Request>,
    { until, sent, baggage, tracker }: Submission & { readonly until: number; readonly sent: boolean },
  ): Promise<'started' | 'found' | 'unknown'> {
    const options = { timeout: SUBMIT_TIMEOUT_MS, ...toHeaders(baggage) };
    const maxDuration = Math.min(MAX_RETRY_FOR_MS, Math.max(RETRY_FOR_MS, until - Date.now()));
    const workflow = createWorkflow(this.connect(maxDuration, tracker.fetch), saga, id);
    try {
      const submission = await workflow.workflowSubmit(input, rpc.sendOpts(options));
      return sent || submission.status === 'Accepted' ? 'started' : 'found';
    } catch (error) {
      if (tracker.mayHaveArrived) return 'unknown';
      throw toEngineUnavailable(error);
    }
  }

  /** How a started saga ended; undefined when it has not ended within `waitMs`. Throws EngineUnavailable. */
  async waitForEnd<Request, Result>(
    saga: SagaRef<Request, Result>,
    id: string,
    waitMs: number,
  ): Promise<SagaEnd<Result> | undefined> {
    const workflow = this.workflow(saga, id);
    const signal = AbortSignal.timeout(Math.max(MIN_WAIT_MS, waitMs));
    try {
      return await workflow.workflowAttach(rpc.opts({ signal }));
    } catch (error) {
      if (signal.aborted) return undefined;
      throw toEngineUnavailable(error);
    }
  }

  /** Whether a saga was ever started under this id. Throws EngineUnavailable. */
  async exists(saga: SagaName, id: string): Promise<boolean> {
    return (await this.findEnd(saga, id)) !== 'none';
  }

  /** How the saga ended that was started under this id, if there is one and it has. Throws EngineUnavailable. */
  async findEnd<Result>(saga: SagaRef<unknown, Result>, id: string): Promise<SagaEnd<Result> | 'under way' | 'none'> {
    const workflow = this.workflow(saga, id);
    try {
      const output = await workflow.workflowOutput(rpc.opts({ timeout: SUBMIT_TIMEOUT_MS }));
      return output.ready ? output.result : 'under way';
    } catch (error) {
      if (parseEngineError(error).status === 404) return 'none';
      throw toEngineUnavailable(error);
    }
  }

  /**
   * What a saga is about; undefined when nobody can tell right now, because no worker has taken the saga up yet. Throws
   * EngineUnavailable.
   */
  async findSummary(saga: SagaName, id: string): Promise<SagaSummary | undefined> {
    const workflow = this.workflow(saga, id);
    const signal = AbortSignal.timeout(SUMMARY_TIMEOUT_MS);
    try {
      return (await workflow.about(rpc.opts({ signal }))) ?? undefined;
    } catch (error) {
      if (signal.aborted) return undefined;
      throw toEngineUnavailable(error);
    }
  }

  /** Takes an operator's decision to a saga that waits for one. Throws NotWaiting and EngineUnavailable. */
  async decide(saga: SagaName, id: string, decided: Omit<Decision, 'at'>): Promise<void> {
    const workflow = this.workflow(saga, id);
    const decision = { ...decided, at: Date.now() };
    return this.sendCommand(saga, () => workflow.decide(decision, rpc.opts({ timeout: SUBMIT_TIMEOUT_MS })));
  }

  /**
   * Asks a saga to stop, and to undo what it did; it obeys when it has not reached its pivot. Throws NotWaiting when it has
   * not begun, and EngineUnavailable.
   */
  async cancel(saga: SagaName, id: string): Promise<void> {
    const workflow = this.workflow(saga, id);
    return this.sendCommand(saga, () => workflow.cancel(rpc.opts({ timeout: SUBMIT_TIMEOUT_MS })));
  }

  private async sendCommand(saga: SagaName, say: () => Promise<unknown>): Promise<void> {
    try {
      await say();
    } catch (error) {
      const { status, text } = parseEngineError(error);
      if (status === 404) throw new NotWaiting(`There is no saga ${saga.name}`, { cause: error });
      if (status !== undefined && status < 500) throw new NotWaiting(text, { cause: error });
      throw toEngineUnavailable(error);
    }
  }

  /** Bridges a restarting engine for so long, in milliseconds. */
  private connect(maxDuration: number, fetch = this.fetch): Ingress {
    const { url } = this;
    return connect({ url, fetch, retry: { ...RETRY, maxDuration } });
  }

  private workflow<Request, Result>(saga: SagaRef<Request, Result>, id: string): Workflow<Request, Result> {
    return createWorkflow(this.ingress, saga, id);
  }
}

function createWorkflow<Request, Result>(
  ingress: Ingress,
  saga: SagaRef<Request, Result>,
  id: string,
): Workflow<Request, Result> {
  // It becomes a segment of a path: one of dots alone would lead to another address of the engine.
  if (!isId(id)) throw new RangeError(`"${id}" is not the id of a saga`);
  // The SDK infers these methods from a definition, which stands in another process; libs/saga keeps the names.
  return ingress.workflowClient({ name: saga.name }, id) as unknown as Workflow<Request, Result>;
}

function toHeaders(baggage: string | undefined): { readonly headers?: Record<string, string> } {
  return baggage === undefined ? {} : { headers: { baggage } };
}
