import { connect, rpc } from '@restatedev/restate-sdk-clients';
import type { Ingress, Opts, Output, SendOpts, WorkflowSubmission } from '@restatedev/restate-sdk-clients';
import { isId } from '@bff/kernel';
import { createPoolFetch } from '@bff/resilience';
import type { SagaSummary, Decision, SagaEnd, SagaInput, SagaName } from '@bff/saga';
import { SubmissionTracker } from './submission-tracker.js';
import { parseEngineError, EngineUnavailable, NotWaiting, toEngineUnavailable } from './engine-error.js';

/** The engine's client of a saga. */
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

/** Refers to a saga: its name, and the types of its request and result. */
export interface SagaRef<Request, Result> extends SagaName {
  /** For the compiler only; never set. */
  readonly types?: { readonly request: Request; readonly result: Result };
}

/**
 * A saga that was started or found, or may have been ('notConfirmed': the engine may have received it, but did not confirm it), and
 * how it ended; undefined when it has not ended, or when that is not known right now.
 */
export interface StartedSaga<Result> {
  readonly how: 'started' | 'found' | 'notConfirmed';
  readonly ended: SagaEnd<Result> | undefined;
}

/** How long one call starts a saga and waits for its end, in milliseconds; an engine that hangs is not waited for. */
const SINGLE_CALL_TIMEOUT_MS = 1_000;

/** The timeout of one attempt to submit a saga, in milliseconds. */
const SUBMIT_TIMEOUT_MS = 3_000;

/** The shortest wait, in milliseconds: a saga that has ended is found even by a caller who does not want to wait. */
const MIN_WAIT_MS = 50;

/** The timeout of a read that a worker answers, in milliseconds. */
const SUMMARY_TIMEOUT_MS = 500;

/** Submissions and reads are idempotent: they are retried this long while the engine restarts, in milliseconds. */
const RETRY_FOR_MS = 1_500;

/** How long they are retried for a caller who waits for the outcome anyway, in milliseconds. */
const MAX_RETRY_FOR_MS = 5_000;

const RETRY = { initialInterval: 50, maxInterval: 500, maxAttempts: false } as const;

/** What goes with each attempt to submit a saga. */
interface Submission {
  readonly baggage: string | undefined;
  readonly tracker: SubmissionTracker;
}

/** Starts sagas and finds out how they ended. */
export class SagaClient {
  private readonly ingress: Ingress;
  private readonly fetch: typeof fetch;

  constructor(private readonly url: string) {
    this.fetch = createPoolFetch(url);
    this.ingress = this.connect(RETRY_FOR_MS);
  }

  /**
   * Starts a saga, or finds the one that was started under this id, and waits for its end, at most `waitMs`. The saga is
   * durable when it resolves, unless `how` is 'notConfirmed'. The baggage header is forwarded to the participants when the worker
   * forwards baggage. Throws EngineUnavailable when the engine has certainly not received the saga.
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
    const first = await this.runInOneCall(saga, id, input, { ...sending, waitMs });
    if (typeof first === 'object') return { how: 'started', ended: first };
    const how =
      first === 'found' ? first : await this.submit(saga, id, input, { ...sending, until, sent: first === 'sent' });
    if (how === 'notConfirmed') return { how, ended: undefined };
    try {
      return { how, ended: await this.waitForEnd(saga, id, until - Date.now()) };
    } catch (error) {
      // The saga is durable by now, whether or not the engine can be reached.
      if (error instanceof EngineUnavailable) return { how, ended: undefined };
      throw error;
    }
  }

  /**
   * Starts a saga and waits for its end in one call, for a saga that ends soon. 'sent' when it did not end soon enough;
   * 'mustSubmit' when nothing was sent, or the engine may not have received it.
   */
  private async runInOneCall<Request, Result>(
    saga: SagaRef<Request, Result>,
    id: string,
    input: SagaInput<Request>,
    { waitMs, baggage, tracker }: Submission & { readonly waitMs: number },
  ): Promise<SagaEnd<Result> | 'found' | 'sent' | 'mustSubmit'> {
    if (waitMs < MIN_WAIT_MS) return 'mustSubmit';
    const workflow = createWorkflow<Request, Result>(this.connect(RETRY_FOR_MS, tracker.fetch), saga, id);
    const signal = AbortSignal.timeout(Math.min(waitMs, SINGLE_CALL_TIMEOUT_MS));
    try {
      return await workflow.run(input, rpc.opts({ signal, ...toHeaders(baggage) }));
    } catch (error) {
      if (signal.aborted) return 'sent';
      return parseEngineError(error).status === 409 ? 'found' : 'mustSubmit';
    }
  }

  /**
   * Starts a saga, or finds the one that was started under this id; when it was sent before, it was started by this call.
   * Throws EngineUnavailable when the engine has received nothing.
   */
  private async submit<Request, Result>(
    saga: SagaRef<Request, Result>,
    id: string,
    input: SagaInput<Request>,
    { until, sent, baggage, tracker }: Submission & { readonly until: number; readonly sent: boolean },
  ): Promise<'started' | 'found' | 'notConfirmed'> {
    const options = { timeout: SUBMIT_TIMEOUT_MS, ...toHeaders(baggage) };
    const maxDuration = Math.min(MAX_RETRY_FOR_MS, Math.max(RETRY_FOR_MS, until - Date.now()));
    const workflow = createWorkflow(this.connect(maxDuration, tracker.fetch), saga, id);
    try {
      const submission = await workflow.workflowSubmit(input, rpc.sendOpts(options));
      return sent || submission.status === 'Accepted' ? 'started' : 'found';
    } catch (error) {
      if (tracker.mayHaveArrived) return 'notConfirmed';
      throw toEngineUnavailable(error);
    }
  }

  /** How a started saga ended; undefined when it has not ended within `waitMs`. Throws EngineUnavailable. */
  async waitForEnd<Request, Result>(
    saga: SagaRef<Request, Result>,
    id: string,
    waitMs: number,
  ): Promise<SagaEnd<Result> | undefined> {
    const workflow = this.getWorkflow(saga, id);
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
    const workflow = this.getWorkflow(saga, id);
    try {
      const output = await workflow.workflowOutput(rpc.opts({ timeout: SUBMIT_TIMEOUT_MS }));
      return output.ready ? output.result : 'under way';
    } catch (error) {
      if (parseEngineError(error).status === 404) return 'none';
      throw toEngineUnavailable(error);
    }
  }

  /** The summary of a saga; undefined when no worker has begun the saga yet. Throws EngineUnavailable. */
  async findSummary(saga: SagaName, id: string): Promise<SagaSummary | undefined> {
    const workflow = this.getWorkflow(saga, id);
    const signal = AbortSignal.timeout(SUMMARY_TIMEOUT_MS);
    try {
      return (await workflow.about(rpc.opts({ signal }))) ?? undefined;
    } catch (error) {
      if (signal.aborted) return undefined;
      throw toEngineUnavailable(error);
    }
  }

  /** Sends an operator's decision to a saga that waits for one. Throws NotWaiting and EngineUnavailable. */
  async decide(saga: SagaName, id: string, decided: Omit<Decision, 'at'>): Promise<void> {
    const workflow = this.getWorkflow(saga, id);
    const decision = { ...decided, at: Date.now() };
    return this.sendCommand(saga, () => workflow.decide(decision, rpc.opts({ timeout: SUBMIT_TIMEOUT_MS })));
  }

  /**
   * Cancels a saga: it stops, and undoes what it did, when it has not reached its pivot. Throws NotWaiting when it has not
   * begun, and EngineUnavailable.
   */
  async cancel(saga: SagaName, id: string): Promise<void> {
    const workflow = this.getWorkflow(saga, id);
    return this.sendCommand(saga, () => workflow.cancel(rpc.opts({ timeout: SUBMIT_TIMEOUT_MS })));
  }

  private async sendCommand(saga: SagaName, send: () => Promise<unknown>): Promise<void> {
    try {
      await send();
    } catch (error) {
      const { status, text } = parseEngineError(error);
      if (status === 404) throw new NotWaiting(`There is no saga ${saga.name}`, { cause: error });
      if (status !== undefined && status < 500) throw new NotWaiting(text, { cause: error });
      throw toEngineUnavailable(error);
    }
  }

  /** A client that retries for `maxDuration` milliseconds while the engine restarts. */
  private connect(maxDuration: number, fetch = this.fetch): Ingress {
    const { url } = this;
    return connect({ url, fetch, retry: { ...RETRY, maxDuration } });
  }

  private getWorkflow<Request, Result>(saga: SagaRef<Request, Result>, id: string): Workflow<Request, Result> {
    return createWorkflow(this.ingress, saga, id);
  }
}

function createWorkflow<Request, Result>(
  ingress: Ingress,
  saga: SagaRef<Request, Result>,
  id: string,
): Workflow<Request, Result> {
  // The id becomes a segment of a path: `..` would lead to another address of the engine.
  if (!isId(id)) throw new RangeError(`"${id}" is not the id of a saga: letters, digits and . _ : - are expected`);
  // The SDK infers these methods from a definition, which is in another process; libs/saga holds the names.
  return ingress.workflowClient({ name: saga.name }, id) as unknown as Workflow<Request, Result>;
}

function toHeaders(baggage: string | undefined): { readonly headers?: Record<string, string> } {
  return baggage === undefined ? {} : { headers: { baggage } };
}
