import { connect, rpc } from '@restatedev/restate-sdk-clients';
import type { Ingress, Opts, Output, SendOpts, WorkflowSubmission } from '@restatedev/restate-sdk-clients';
import { isId } from '@bff/kernel';
import { poolFetch } from '@bff/resilience';
import type { About, Decision, Ended, SagaInput, SagaName } from '@bff/saga';
import { Delivery } from './delivery.js';
import { answerOf, EngineUnavailable, NotWaiting, unavailable } from './engine-answer.js';

/** What the engine's client offers for a workflow of ours. */
interface Workflow<Request, Result> {
  run(input: SagaInput<Request>, options: Opts<SagaInput<Request>, Ended<Result>>): Promise<Ended<Result>>;
  workflowSubmit(
    input: SagaInput<Request>,
    options: SendOpts<SagaInput<Request>>,
  ): Promise<WorkflowSubmission<Ended<Result>>>;
  workflowAttach(options: Opts<void, Ended<Result>>): Promise<Ended<Result>>;
  workflowOutput(options: Opts<void, Ended<Result>>): Promise<Output<Ended<Result>>>;
  about(options: Opts<void, About | null>): Promise<About | null>;
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
export interface Begun<Result> {
  readonly how: 'started' | 'found' | 'unknown';
  readonly ended: Ended<Result> | undefined;
}

/** So long a saga is started and waited for in one call, in milliseconds; an engine that hangs is not waited for. */
const AT_ONCE_MS = 1_000;

/** The longest that one attempt to hand a saga to the engine may take. */
const SUBMIT_MS = 3_000;

/** The least time for a look, in milliseconds: what has long ended is found even by a caller who does not want to wait. */
const LOOK_MS = 50;

/** How long to ask a worker, in milliseconds. */
const ASK_MS = 500;

/** A submission and a question are both safe to repeat: for so long, in milliseconds, a restarting engine is bridged. */
const BRIDGE_MS = 1_500;

/** So long it is bridged for a caller who waits anyway. */
const LONG_BRIDGE_MS = 5_000;

const RETRY = { initialInterval: 50, maxInterval: 500, maxAttempts: false } as const;

/** What goes with each attempt to hand a saga to the engine. */
interface Sending {
  readonly baggage: string | undefined;
  readonly delivery: Delivery;
}

/** Starts sagas and asks how they ended. */
export class SagaClient {
  private readonly ingress: Ingress;
  private readonly fetch: typeof fetch;

  constructor(private readonly url: string) {
    this.fetch = poolFetch(url);
    this.ingress = this.connect(BRIDGE_MS);
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
  ): Promise<Begun<Result>> {
    const until = Date.now() + waitMs;
    const delivery = new Delivery(this.fetch);
    const sending = { baggage, delivery };
    const atOnce = await this.runAtOnce(saga, id, input, { ...sending, waitMs });
    if (typeof atOnce === 'object') return { how: 'started', ended: atOnce };
    const how =
      atOnce === 'found' ? atOnce : await this.start(saga, id, input, { ...sending, until, sent: atOnce === 'sent' });
    if (how === 'unknown') return { how, ended: undefined };
    try {
      return { how, ended: await this.ending(saga, id, until - Date.now()) };
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
  private async runAtOnce<Request, Result>(
    saga: SagaRef<Request, Result>,
    id: string,
    input: SagaInput<Request>,
    { waitMs, baggage, delivery }: Sending & { readonly waitMs: number },
  ): Promise<Ended<Result> | 'found' | 'sent' | 'unknown'> {
    if (waitMs < LOOK_MS) return 'unknown';
    const workflow = workflowOf<Request, Result>(this.connect(BRIDGE_MS, delivery.fetch), saga, id);
    const signal = AbortSignal.timeout(Math.min(waitMs, AT_ONCE_MS));
    try {
      return await workflow.run(input, rpc.opts({ signal, ...headersOf(baggage) }));
    } catch (error) {
      if (signal.aborted) return 'sent';
      return answerOf(error).status === 409 ? 'found' : 'unknown';
    }
  }

  /**
   * Starts a saga, or finds the one that was started under this id; by us, when it was sent before. Throws EngineUnavailable
   * when the engine has received nothing.
   */
  private async start<Request, Result>(
    saga: SagaRef<Request, Result>,
    id: string,
    input: SagaInput<Request>,
    { until, sent, baggage, delivery }: Sending & { readonly until: number; readonly sent: boolean },
  ): Promise<'started' | 'found' | 'unknown'> {
    const options = { timeout: SUBMIT_MS, ...headersOf(baggage) };
    const maxDuration = Math.min(LONG_BRIDGE_MS, Math.max(BRIDGE_MS, until - Date.now()));
    const workflow = workflowOf(this.connect(maxDuration, delivery.fetch), saga, id);
    try {
      const submission = await workflow.workflowSubmit(input, rpc.sendOpts(options));
      return sent || submission.status === 'Accepted' ? 'started' : 'found';
    } catch (error) {
      if (delivery.mayHaveArrived) return 'unknown';
      throw unavailable(error);
    }
  }

  /** How a started saga ended; undefined when it has not ended within `waitMs`. Throws EngineUnavailable. */
  async ending<Request, Result>(
    saga: SagaRef<Request, Result>,
    id: string,
    waitMs: number,
  ): Promise<Ended<Result> | undefined> {
    const workflow = this.workflow(saga, id);
    const signal = AbortSignal.timeout(Math.max(LOOK_MS, waitMs));
    try {
      return await workflow.workflowAttach(rpc.opts({ signal }));
    } catch (error) {
      if (signal.aborted) return undefined;
      throw unavailable(error);
    }
  }

  /** Whether a saga was ever started under this id. Throws EngineUnavailable. */
  async exists(saga: SagaName, id: string): Promise<boolean> {
    return (await this.look(saga, id)) !== 'none';
  }

  /** How the saga ended that was started under this id, if there is one and it has. Throws EngineUnavailable. */
  async look<Result>(saga: SagaRef<unknown, Result>, id: string): Promise<Ended<Result> | 'under way' | 'none'> {
    const workflow = this.workflow(saga, id);
    try {
      const output = await workflow.workflowOutput(rpc.opts({ timeout: SUBMIT_MS }));
      return output.ready ? output.result : 'under way';
    } catch (error) {
      if (answerOf(error).status === 404) return 'none';
      throw unavailable(error);
    }
  }

  /**
   * What a saga is about; undefined when nobody can tell right now, because no worker has taken the saga up yet. Throws
   * EngineUnavailable.
   */
  async about(saga: SagaName, id: string): Promise<About | undefined> {
    const workflow = this.workflow(saga, id);
    const signal = AbortSignal.timeout(ASK_MS);
    try {
      return (await workflow.about(rpc.opts({ signal }))) ?? undefined;
    } catch (error) {
      if (signal.aborted) return undefined;
      throw unavailable(error);
    }
  }

  /** Takes an operator's decision to a saga that waits for one. Throws NotWaiting and EngineUnavailable. */
  async decide(saga: SagaName, id: string, decided: Omit<Decision, 'at'>): Promise<void> {
    const workflow = this.workflow(saga, id);
    const decision = { ...decided, at: Date.now() };
    return this.tell(saga, () => workflow.decide(decision, rpc.opts({ timeout: SUBMIT_MS })));
  }

  /**
   * Asks a saga to stop, and to undo what it did; it obeys when it has not reached its pivot. Throws NotWaiting when it has
   * not begun, and EngineUnavailable.
   */
  async stop(saga: SagaName, id: string): Promise<void> {
    const workflow = this.workflow(saga, id);
    return this.tell(saga, () => workflow.cancel(rpc.opts({ timeout: SUBMIT_MS })));
  }

  private async tell(saga: SagaName, say: () => Promise<unknown>): Promise<void> {
    try {
      await say();
    } catch (error) {
      const { status, text } = answerOf(error);
      if (status === 404) throw new NotWaiting(`There is no saga ${saga.name}`, { cause: error });
      if (status !== undefined && status < 500) throw new NotWaiting(text, { cause: error });
      throw unavailable(error);
    }
  }

  /** Bridges a restarting engine for so long, in milliseconds. */
  private connect(maxDuration: number, fetch = this.fetch): Ingress {
    const { url } = this;
    return connect({ url, fetch, retry: { ...RETRY, maxDuration } });
  }

  private workflow<Request, Result>(saga: SagaRef<Request, Result>, id: string): Workflow<Request, Result> {
    return workflowOf(this.ingress, saga, id);
  }
}

function workflowOf<Request, Result>(
  ingress: Ingress,
  saga: SagaRef<Request, Result>,
  id: string,
): Workflow<Request, Result> {
  // It becomes a segment of a path: one of dots alone would lead to another address of the engine.
  if (!isId(id)) throw new RangeError(`"${id}" is not the id of a saga`);
  // The SDK infers these methods from a definition, which stands in another process; libs/saga keeps the names.
  return ingress.workflowClient({ name: saga.name }, id) as unknown as Workflow<Request, Result>;
}

function headersOf(baggage: string | undefined): { readonly headers?: Record<string, string> } {
  return baggage === undefined ? {} : { headers: { baggage } };
}
