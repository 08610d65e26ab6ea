import { InFlight } from '@bff/kernel';
import type { CancelSignal, MaybePromise } from '@bff/kernel';
import type { PreparedOperation } from '../manifests/trusted-document.js';
import type { HttpResponse } from './http-response.js';

/** Coalesces identical queries that are in flight: one execution responds to all of them. */
export class CoalescedResponses {
  private readonly inFlight = new WeakMap<PreparedOperation, InFlight<HttpResponse>>();

  /**
   * The response of an execution of this operation that is in flight with the same key, or of a new one. `execute` is given the
   * signal that aborts when the last of the clients has disconnected.
   */
  join(
    operation: PreparedOperation,
    key: string,
    execute: (signal: CancelSignal) => MaybePromise<HttpResponse>,
    disconnect: CancelSignal,
  ): MaybePromise<HttpResponse> {
    let inFlight = this.inFlight.get(operation);
    if (!inFlight) this.inFlight.set(operation, (inFlight = new InFlight()));
    return inFlight.join(key, execute, disconnect);
  }
}
