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
  /** Maximum number of retries of a read that failed; writes are never retried. Bounded by the retry budget: one for ten calls. */
  readonly retries: number;
  /** The bulkhead: the maximum number of calls in flight, and of calls that wait for one of them to end. */
  readonly maxConcurrent: number;
  readonly maxQueued: number;
  /** The circuit breaker; without one, failures never stop calls. */
  readonly breaker?: BreakerPolicy | undefined;
  /** Identical reads in flight are one call. */
  readonly coalesce: boolean;
  /** Maximum size of the cache of parsed items of public lists, in characters: an unchanged item is not parsed again. Default 0. */
  readonly parsedItemCacheChars?: number | undefined;
}

/** When a downstream is not called any more, and for how long. */
export interface BreakerPolicy {
  /** It opens when at least half of this number of latest calls failed ... */
  readonly windowCalls: number;
  /** ... and at least this number of calls were made. */
  readonly minCalls: number;
  /** How long it stays open, in milliseconds; then, half-open, one call at a time probes whether the downstream has recovered. */
  readonly openMs: number;
}

/** Bounds that come from the caller of one call. */
export interface CallBounds {
  /** When the caller needs the answer: milliseconds since the epoch. */
  readonly deadline?: number | undefined;
  /** Ends the call when the caller does not need the answer any more. */
  readonly signal?: CancelSignal | undefined;
  /** Reads are shared within one audience only, for example one viewer. Shared with all callers when not given. */
  readonly coalescingKey?: string | undefined;
  /** Calls of different partitions share neither answers nor breaker nor bulkhead. For tests that run side by side. */
  readonly partition?: string | undefined;
  /** Called for every attempt, and for every response that was shared. */
  readonly trace?: ((attempt: AttemptTrace) => void) | undefined;
}

/** The outcome of one attempt of a call. */
export interface AttemptTrace {
  /** performance.now() when it began, and how long it took, in milliseconds. */
  readonly startedAt: number;
  readonly ms: number;
  /** From 1. */
  readonly attempt: number;
  /** `ok`, or the code of the error. */
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

/** Circuit breaker and load of a downstream. */
export interface DownstreamHealth {
  readonly state: BreakerState;
  /** Calls in flight, and calls that wait for one of them to end. */
  readonly load: { readonly active: number; readonly queued: number };
}

/** Records the calls of all downstreams. */
export interface DownstreamMeter {
  attempt(downstream: string, attempt: AttemptTrace): void;
  /** Called once per downstream; `health` gives its current state. */
  watch(downstream: string, health: () => DownstreamHealth): void;
}
