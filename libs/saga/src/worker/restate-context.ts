import * as restate from '@restatedev/restate-sdk';
import { Cancelled, RetriesExhausted } from '../core/durable-context.js';
import type { DurableContext, StuckStep } from '../core/durable-context.js';
import { STATE } from './engine-names.js';
import type { Decision } from '../core/fact.js';
import type { Duration } from '../core/step.js';

/** How the engine calls a step again that met trouble: soon at first, then every two seconds. */
const STEP_RETRY = { initialRetryInterval: 50, retryIntervalFactor: 2, maxRetryInterval: 2_000 } as const;

/** The longest that a downstream may ask a step to stay away, in milliseconds; its patience and its stock are running. */
const MAX_RETRY_AFTER_MS = 5_000;

/** What a saga waits for an operator to decide: kept in the engine, where the operator's handler finds it. */
export interface PendingDecision extends StuckStep {
  /** The name of the durable promise that the decision resolves. */
  readonly promise: string;
}

/** The engine's durable execution, as the undo loop needs it. */
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
    const { promiseName: promise } = this;
    if (!this.isWaiting) this.context.set<PendingDecision>(STATE.waiting, { ...stuck, promise });
    this.isWaiting = true;
    try {
      const decision = await mapEngineErrors(this.context.promise<Decision>(promise).get().orTimeout(waitMs));
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
        // Whoever asks the saga to stop meanwhile comes too late.
        if (!(error instanceof Cancelled)) throw error;
      }
    }
    return undefined;
  }

  /** Closes what a decision would resolve, so that one is either refused or known here. */
  private async closePromise(): Promise<Decision | undefined> {
    const promise = this.context.promise<Decision | null>(this.promiseName);
    try {
      await mapEngineErrors(promise.resolve(null));
      return undefined;
    } catch (error) {
      // Somebody has resolved it before.
      if (error instanceof RetriesExhausted) return (await mapEngineErrors(promise.get())) ?? undefined;
      throw error;
    }
  }

  /** The name of the durable promise that the next decision resolves. */
  private get promiseName(): string {
    return `decision ${this.decisionCount + 1}`;
  }

  /** What was waited for is over: a decision that comes later is told so. */
  private stopWaiting(): void {
    this.isWaiting = false;
    this.decisionCount += 1;
    this.context.clear(STATE.waiting);
  }
}

/** The engine's errors in our words. Its only other terminal error is its own, when retries have run out. */
async function mapEngineErrors<T>(promise: Promise<T>): Promise<T> {
  try {
    return await promise;
  } catch (error) {
    if (error instanceof restate.CancelledError) throw new Cancelled('The saga was asked to stop');
    if (error instanceof restate.TerminalError) throw new RetriesExhausted(error.message, { cause: error });
    throw error;
  }
}

/** Trouble that says when to come back is retried then, and not before. */
async function withRetryAfter<T>(action: () => Promise<T>): Promise<T> {
  try {
    return await action();
  } catch (error) {
    const retryAfter = (error as { retryAfterMs?: unknown } | null)?.retryAfterMs;
    if (typeof retryAfter !== 'number') throw error;
    throw restate.RetryableError.from(error, { retryAfter: Math.ceil(Math.min(retryAfter, MAX_RETRY_AFTER_MS)) });
  }
}
