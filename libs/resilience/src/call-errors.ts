import type { DownstreamCall } from './downstream-call.js';
import { DownstreamError } from './downstream-error.js';
import type { HttpRequest } from './transport/http-message.js';

/** Creates the errors of calls of one downstream. */
export class CallErrors {
  constructor(private readonly downstream: string) {}

  createTimeoutError(request: HttpRequest, why: string): DownstreamError {
    const message = `${this.downstream} did not answer ${formatRequest(request)} in time: ${why}`;
    return new DownstreamError('DOWNSTREAM_TIMEOUT', this.downstream, message);
  }

  createCancelledError(request: HttpRequest, cause: unknown): DownstreamError {
    const message = `The answer of ${this.downstream} to ${formatRequest(request)} is not needed any more`;
    return new DownstreamError('DOWNSTREAM_UNAVAILABLE', this.downstream, message, { cause });
  }

  createUnreachableError(request: HttpRequest, why: string, cause: unknown): DownstreamError {
    const message = `${this.downstream} could not be reached for ${formatRequest(request)}: ${why}`;
    return new DownstreamError('DOWNSTREAM_UNAVAILABLE', this.downstream, message, { cause });
  }

  createTransientError(request: HttpRequest, status: number, retryAfterMs: number | undefined): DownstreamError {
    const message = `${this.downstream} answered ${status} to ${formatRequest(request)}`;
    return new DownstreamError('DOWNSTREAM_UNAVAILABLE', this.downstream, message, { retryAfterMs, status });
  }

  createUnusableBodyError(request: HttpRequest, status: number | undefined, cause: Error): DownstreamError {
    const answered = `${this.downstream} answered ${status ?? 'something'} to ${formatRequest(request)}`;
    const message = `${answered} with a body that cannot be used: ${cause.message}`;
    return new DownstreamError('CONTRACT_VIOLATION', this.downstream, message, { cause, status });
  }

  /** The error for the caller: a call that was cancelled did not fail, whatever it rejected with. */
  toCallerError(error: unknown, { request, cancel }: DownstreamCall): unknown {
    return cancel?.aborted && !(error instanceof DownstreamError) ? this.createCancelledError(request, error) : error;
  }
}

/** Without the query, which may hold what must not be logged. */
function formatRequest({ method, path }: HttpRequest): string {
  return `${method} ${path.split('?')[0] ?? path}`;
}
