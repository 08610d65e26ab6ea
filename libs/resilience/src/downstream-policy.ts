import type { CancelSignal } from '@bff/kernel';

/** How one downstream is called. */
export interface DownstreamPolicy {
  /** The downstream's name, for errors, metrics and screens. */
  readonly downstream: string;
  /** Base URL, without a slash at its end. */
  readonly url: string;
  /** The longest that one attempt may take, in milliseconds. No call is made without a deadline. */
  readonly timeoutMs: number;
  /** The largest response that is read, in bytes. */
  readonly maxBytes: number;
  /** Maximum number of retries of a read; writes are never retried. The retry budget allows one retry for ten calls. */
  readonly retries: number;
  /** The bulkhead: the maximum number of calls in flight, and of calls that wait for one of them to end. */
  readonly maxConcurrent: number;
  readonly maxQueued: number;
  /** The circuit breaker; without one, failures never stop calls. */
  readonly breaker?: BreakerPolicy | undefined;
  /** Whether identical reads in flight share one call. */
  readonly coalesce: boolean;
  /** Maximum size of the cache of parsed items of public lists, in characters: an unchanged item is not parsed again. Default 0. */
  readonly parsedItemCacheChars?: number | undefined;
}

/** When the circuit breaker opens, and for how long. */
export interface BreakerPolicy {
  /** It opens when at least half of this number of latest calls failed ... */
  readonly windowCalls: number;
  /** ... and at least this number of calls were made. */
  readonly minCalls: number;
  /** How long it stays open, in milliseconds; then, half-open, one call at a time probes whether the downstream has recovered. */
  readonly openMs: number;
}

/** The bounds of one call, from its caller. */
export interface CallBounds {
  /** When the caller needs the response, in milliseconds since the epoch. By default the timeout of one attempt from now. */
  readonly deadline?: number | undefined;
  /** Aborts when the caller no longer needs the response. */
  readonly signal?: CancelSignal | undefined;
  /**
   * Reads are coalesced only among calls with the same key, for example those of one viewer. A read without a key is public: it is
   * coalesced among all callers, and its parsed items are cached.
   */
  readonly coalescingKey?: string | undefined;
  /** Calls of different partitions share no responses, no breaker and no bulkhead. For tests that run side by side. */
  readonly partition?: string | undefined;
  /** Called for every attempt, and for every response that was shared. */
  readonly trace?: ((attempt: AttemptTrace) => void) | undefined;
}

/** The outcome of one attempt of a call. */
export interface AttemptTrace {
  /** performance.now() at the start, and the duration, in milliseconds. */
  readonly startedAt: number;
  readonly ms: number;
  /** From 1. */
  readonly attempt: number;
  /** `ok`, or the code of the error. */
  readonly outcome: string;
  /** The HTTP status; undefined when there was no response. */
  readonly status: number | undefined;
  /** The length of the response, in bytes; 0 when there was none. */
  readonly bytes: number;
  /** True when it waited for an identical call in flight instead of making one. */
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
