import type { CancelSignal } from '@bff/kernel';
import type { CallBounds } from './downstream-policy.js';
import type { HttpRequest } from './transport/http-message.js';

/** One call of a downstream, with its bounds. */
export interface DownstreamCall {
  readonly request: HttpRequest;
  readonly bounds: CallBounds;
  /** Milliseconds since the epoch. */
  readonly deadline: number;
  /** Aborts when the caller has left; of a coalesced call, when the last of its callers has. */
  readonly cancel: CancelSignal | undefined;
}
