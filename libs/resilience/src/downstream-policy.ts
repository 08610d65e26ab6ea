import type { CancelSignal } from '@bff/kernel';

/** How one downstream is called. */
export interface DownstreamPolicy {
  /** The downstream's name, as errors and screens say it. */
  readonly downstream: string;
  /** Base URL, without a slash at its end. */
  readonly url: string;
  /** The longest that one attempt may take, in milliseconds. No call is made without a deadline. */
  readonly timeoutMs: number;
  /** The largest answer that is read, in bytes. */
  readonly maxBytes: number;
  /** How often a read is tried again that met trouble; writes never are. Within the retry budget: one for ten calls. */
  readonly retries: number;
  /** The bulkhead: so many calls at once, and so many that wait for one of them to end. */
  readonly maxConcurrent: number;
  readonly maxQueued: number;
  /** The circuit breaker; without one, trouble never keeps calls back. */
  readonly breaker?: BreakerPolicy | undefined;
  /** Identical reads in flight are one call. */
  readonly coalesce: boolean;
  /** So many characters of the items of public lists are kept: an item that is the same again is not parsed anew. 0 when not given. */
  readonly parsedItemCacheChars?: number | undefined;
}

/** When a downstream is not called any more, and for how long. */
export interface BreakerPolicy {
  /** It opens when at least half of so many calls, the last ones, met trouble ... */
  readonly windowCalls: number;
  /** ... and at least so many of them were made. */
  readonly minCalls: number;
  /** For so many milliseconds nothing is called; then one call at a time finds out whether the downstream is well again. */
  readonly openMs: number;
}

/** Bounds that come from the caller of one call. */
export interface CallBounds {
  /** When the caller needs the answer: milliseconds since the epoch. */
  readonly deadline?: number | undefined;
  /** Ends the call when the caller does not need the answer any more. */
  readonly signal?: CancelSignal | undefined;
  /** Who may share the answer of a read with others: reads are shared within one audience only. Everybody when not given. */
  readonly audience?: string | undefined;
  /** Calls of different partitions share neither answers nor breaker nor bulkhead. For tests that run side by side. */
  readonly partition?: string | undefined;
  /** Told of every attempt, and of every answer that was shared. */
  readonly trace?: ((attempt: AttemptTrace) => void) | undefined;
}

/** What became of one attempt of a call. */
export interface AttemptTrace {
  /** performance.now() when it began, and how long it took, in milliseconds. */
  readonly startedAt: number;
  readonly ms: number;
  /** From 1. */
  readonly attempt: number;
  /** `ok`, or the code of the trouble. */
  readonly outcome: string;
  /** The HTTP status; undefined when there was no answer. */
  readonly status: number | undefined;
  /** The length of the answer, in bytes; 0 when there was none. */
  readonly bytes: number;
  /** True when it waited for another's identical call instead of making one. */
  readonly coalesced: boolean;
  readonly breaker: BreakerState;
}

export type BreakerState = 'closed' | 'open' | 'half-open' | 'none';

/** How a downstream fares. */
export interface DownstreamHealth {
  readonly state: BreakerState;
  /** Calls in flight, and calls that wait for one of them to end. */
  readonly load: { readonly active: number; readonly queued: number };
}

/** Takes down what becomes of the calls of all downstreams. */
export interface DownstreamMeter {
  attempt(downstream: string, attempt: AttemptTrace): void;
  /** Called once per downstream; the function tells how it fares whenever it is called. */
  watch(downstream: string, health: () => DownstreamHealth): void;
}
