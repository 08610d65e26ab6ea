import * as restate from '@restatedev/restate-sdk';
import { Cancelled, RetriesExhausted } from '../core/durable-context.js';
import type { DurableContext, StuckStep } from '../core/durable-context.js';
import { STATE } from './engine-names.js';
import type { Decision } from '../core/fact.js';
import type { Duration } from '../core/step.js';

/** The engine's backoff between the attempts of a step: short at first, then every two seconds. */
const STEP_RETRY = { initialRetryInterval: 50, retryIntervalFactor: 2, maxRetryInterval: 2_000 } as const;

/** The longest Retry-After of a downstream that a step honours, in milliseconds: meanwhile its `retryFor` and its reservation run out. */
const MAX_RETRY_AFTER_MS = 5_000;

/** The decision that a saga waits for: stored in the engine, where the `decide` handler reads it. */
export interface PendingDecision extends StuckStep {
  /** The name of the durable promise that the decision resolves. */
  readonly promise: string;
}

/** The engine's workflow context as a DurableContext. */
export class RestateContext implements DurableContext {
  private decisionCount = 0;
  private isWaiting = false;

  constructor(
    private readonly context: restate.WorkflowContext,
    readonly retryTimeoutFactor: number,
  ) {}

  async run<T>(name: string, action: () => Promise<T>, { seconds }: Duration): Promise<T> {
    const milliseconds = Math.round(seconds * 1_000 * this.retryTimeoutFactor);
    const options = { ...STEP_RETRY, maxRetryDuration: { milliseconds } };
    return mapEngineErrors(this.context.run(name, () => withRetryAfter(action), options));
  }

  async waitForDecision(stuck: StuckStep, waitMs: number): Promise<Decision | undefined> {
    const { promiseName } = this;
    if (!this.isWaiting) this.context.set<PendingDecision>(STATE.waiting, { ...stuck, promise: promiseName });
    this.isWaiting = true;
    try {
      const decision = await mapEngineErrors(this.context.promise<Decision>(promiseName).get().orTimeout(waitMs));
      this.stopWaiting();
      return decision;
    } catch (error) {
      if (error instanceof RetriesExhausted && error.cause instanceof restate.TimeoutError) return undefined;
      throw error;
    }
  }

  async closePendingDecision(): Promise<Decision | undefined> {
    while (this.isWaiting) {
      try {
        const decision = await this.closePromise();
        this.stopWaiting();
        return decision;
      } catch (error) {
        // A request to stop the saga comes too late here.
        if (!(error instanceof Cancelled)) throw error;
      }
    }
    return undefined;
  }

  /** Resolves the promise of the decision, so that a later decision is refused and an earlier one is returned. */
  private async closePromise(): Promise<Decision | undefined> {
    const promise = this.context.promise<Decision | null>(this.promiseName);
    try {
      await mapEngineErrors(promise.resolve(null));
      return undefined;
    } catch (error) {
      // A decision resolved it before.
      if (error instanceof RetriesExhausted) return (await mapEngineErrors(promise.get())) ?? undefined;
      throw error;
    }
  }

  /** The name of the durable promise that the next decision resolves. */
  private get promiseName(): string {
    return `decision ${this.decisionCount + 1}`;
  }

  /** Removes the pending decision, so that a later decision is refused. */
  private stopWaiting(): void {
    this.isWaiting = false;
    this.decisionCount += 1;
    this.context.clear(STATE.waiting);
  }
}

/**
 * Maps the engine's errors to ours. Every terminal error but the cancellation becomes RetriesExhausted: the one after the last
 * retry, and also a TimeoutError, or that a promise is already resolved. Callers distinguish them by `cause`, or by what they called.
 */
async function mapEngineErrors<T>(promise: Promise<T>): Promise<T> {
  try {
    return await promise;
  } catch (error) {
    if (error instanceof restate.CancelledError) throw new Cancelled('The saga was asked to stop');
    if (error instanceof restate.TerminalError) throw new RetriesExhausted(error.message, { cause: error });
    throw error;
  }
}

/** Retries an error that has a `retryAfterMs` then, and not before. */
async function withRetryAfter<T>(action: () => Promise<T>): Promise<T> {
  try {
    return await action();
  } catch (error) {
    const retryAfter = (error as { retryAfterMs?: unknown } | null)?.retryAfterMs;
    if (typeof retryAfter !== 'number') throw error;
    throw restate.RetryableError.from(error, { retryAfter: Math.ceil(Math.min(retryAfter, MAX_RETRY_AFTER_MS)) });
  }
}
