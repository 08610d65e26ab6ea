/**
 * How a downstream can fail:
 * - DOWNSTREAM_UNAVAILABLE: it refused or closed the connection, or responded with 408, 425, 429 or 5xx.
 * - DOWNSTREAM_TIMEOUT: it did not respond before the deadline. Whether a write took effect is unknown.
 * - CONTRACT_VIOLATION: its response violates its contract, or its response says that our request does.
 */
export type DownstreamErrorCode = 'DOWNSTREAM_UNAVAILABLE' | 'DOWNSTREAM_TIMEOUT' | 'CONTRACT_VIOLATION';

/** A downstream failed. When the business rejects a call, that is a Rejection instead. */
export class DownstreamError extends Error {
  override readonly name = 'DownstreamError';

  constructor(
    readonly code: DownstreamErrorCode,
    /** The downstream's name, for example `catalog`. */
    readonly downstream: string,
    message: string,
    options: {
      /** How long the downstream asked to wait before a retry, in milliseconds. */
      readonly retryAfterMs?: number | undefined;
      /** The HTTP status of the response; undefined when there was none. */
      readonly status?: number | undefined;
      readonly cause?: unknown;
    } = {},
  ) {
    super(message, { cause: options.cause });
    this.retryAfterMs = options.retryAfterMs;
    this.status = options.status;
  }

  readonly retryAfterMs: number | undefined;
  readonly status: number | undefined;

  /** True when the same request may succeed later. */
  get retryable(): boolean {
    return this.code !== 'CONTRACT_VIOLATION';
  }
}
