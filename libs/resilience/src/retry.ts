import { DownstreamError } from './downstream-error.js';

/** A retry costs one token; a call that is no retry earns this share of one. */
const TOKENS_PER_CALL = 0.1;

/** A short burst of failures may spend this number of saved tokens. */
const MAX_RETRY_TOKENS = 10;

/** The backoff before the first retry, in milliseconds; it doubles with every further attempt. */
const FIRST_BACKOFF_MS = 25;

/** Keeps retries to a tenth of the calls, so that they never double the load on a downstream that fails. */
export class RetryBudget {
  private tokens = 1;

  /** For every call that is no retry. */
  deposit(): void {
    this.tokens = Math.min(MAX_RETRY_TOKENS, this.tokens + TOKENS_PER_CALL);
  }

  /** Takes the token of one retry. False when there is none: then the call must not be retried. */
  withdraw(): boolean {
    if (this.tokens < 1) return false;
    this.tokens -= 1;
    return true;
  }
}

/**
 * How long to wait after a failed attempt (from 1) before the next one, in milliseconds: exponential, with jitter of a half either
 * way, or what the downstream asked for. Undefined when a retry cannot help.
 */
export function computeBackoffMs(attempt: number, error: unknown): number | undefined {
  if (!(error instanceof DownstreamError) || !error.retryable) return undefined;
  return error.retryAfterMs ?? FIRST_BACKOFF_MS * 2 ** (attempt - 1) * (0.5 + Math.random());
}
