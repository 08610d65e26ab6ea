import { Deadline } from '@bff/kernel';
import type { DownstreamCall } from './downstream-call.js';
import { DownstreamError } from './downstream-error.js';
import type { CallErrors } from './call-errors.js';

/**
 * Waits until the deadline of a call, or until it is cancelled: `wait` is given the signal. Rejects with DOWNSTREAM_TIMEOUT at the
 * deadline. A request that has been sent needs no such wait, because it has a deadline itself (HttpExchange).
 */
export async function waitUntilDeadline<T>(
  { request, deadline, cancel }: DownstreamCall,
  errors: CallErrors,
  wait: (end: Deadline) => Promise<T>,
): Promise<T> {
  const givenMs = deadline - Date.now();
  const end = new Deadline(deadline, cancel);
  try {
    return await wait(end);
  } catch (error) {
    if (!end.expired || error instanceof DownstreamError) throw error;
    throw errors.createTimeoutError(request, `it took longer than ${givenMs} ms`);
  } finally {
    end.release();
  }
}
