import { InFlight, rejectOnCancel } from '@bff/kernel';
import type { SharedCall } from '@bff/kernel';
import type { AttemptRecorder } from './attempt-recorder.js';
import type { DownstreamCall } from './downstream-call.js';
import { waitUntilDeadline } from './deadline.js';
import type { CallErrors } from './call-errors.js';
import type { HttpResponse } from './transport/http-message.js';

/**
 * Coalesces identical reads of one downstream: while one is in flight, others with its coalescing key wait for its response. The
 * shared call is cancelled when its last caller has left.
 */
export class Coalescing {
  private readonly inFlight = new InFlight<HttpResponse>();

  constructor(
    private readonly errors: CallErrors,
    private readonly attempts: AttemptRecorder,
    private readonly send: (call: DownstreamCall) => Promise<HttpResponse>,
  ) {}

  /** Joins the identical read in flight, or sends the request. */
  async read(call: DownstreamCall): Promise<HttpResponse> {
    const { request, bounds, deadline, cancel } = call;
    const key = toKey(call);
    const shared = this.inFlight.get(key);
    if (shared) return this.join(shared, call);
    const response = this.inFlight.join(
      key,
      (sharedCancel) => this.send({ request, bounds, deadline, cancel: sharedCancel }),
      cancel,
    );
    try {
      // The request has a deadline itself; but when this caller leaves, it may continue for others.
      return await (cancel ? rejectOnCancel(response, cancel) : response);
    } catch (error) {
      throw this.errors.toCallerError(error, call);
    }
  }

  /** Waits for the response of another caller's request, until the deadline of this caller. */
  private async join(shared: SharedCall<HttpResponse>, call: DownstreamCall): Promise<HttpResponse> {
    const attempt = { startedAt: performance.now(), attempt: 1, coalesced: true };
    try {
      const response = await waitUntilDeadline(call, this.errors, (end) => rejectOnCancel(shared.join(end), end));
      this.attempts.record(call.bounds, attempt, response);
      return response;
    } catch (error) {
      this.attempts.record(call.bounds, attempt, error);
      throw this.errors.toCallerError(error, call);
    }
  }
}

/** No path has a space. */
function toKey({ request, bounds }: DownstreamCall): string {
  return `${request.path} ${JSON.stringify([bounds.coalescingKey, bounds.partition, request.headers])}`;
}
