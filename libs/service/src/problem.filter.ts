import { Catch, HttpException, Logger, ServiceUnavailableException } from '@nestjs/common';
import type { ArgumentsHost, ExceptionFilter } from '@nestjs/common';
import { ContractViolation } from '@bff/contracts';
import { Rejection } from '@bff/kernel';
import type { FastifyError, FastifyReply, FastifyRequest } from 'fastify';
import { isDatabaseFailure, isLockTimeout } from '@bff/database';

interface Problem {
  readonly status: number;
  readonly body: { readonly code: string; readonly message: string; readonly details?: object };
}

/**
 * Maps errors to the responses of the contract: a Rejection is 409 or 422 with its code, an invalid request is 400, a failure of
 * the database is 503 with Retry-After, and every other error is a bug: 500, logged, without details in the response.
 */
@Catch()
export class ProblemFilter implements ExceptionFilter {
  private readonly logger = new Logger('Problem');

  catch(error: unknown, host: ArgumentsHost): void {
    const reply = host.switchToHttp().getResponse<FastifyReply>();
    const problem = this.toProblem(error);
    if (problem.status === 503) void reply.header('retry-after', '1');
    void reply.status(problem.status).send(problem.body);
  }

  private toProblem(error: unknown): Problem {
    if (error instanceof Rejection) {
      const { code, message, details } = error;
      const body = Object.keys(details).length > 0 ? { code, message, details } : { code, message };
      return { status: error.status, body };
    }
    if (error instanceof ContractViolation)
      return { status: 400, body: { code: 'BAD_REQUEST', message: error.message } };
    if (isDatabaseFailure(error)) {
      this.logger.warn(`The database failed: ${error.message}`);
      const message = isLockTimeout(error)
        ? 'Another request holds what this one needs. Send it again.'
        : 'The database cannot be reached right now.';
      return { status: 503, body: { code: 'UNAVAILABLE', message } };
    }
    if (error instanceof ServiceUnavailableException)
      return { status: 503, body: { code: 'UNAVAILABLE', message: error.message } };
    const status = getStatus(error);
    if (status === 404) return { status, body: { code: 'NOT_FOUND', message: 'There is nothing at this address.' } };
    if (status === 413)
      return { status, body: { code: 'PAYLOAD_TOO_LARGE', message: 'The request body is too large.' } };
    if (status >= 400 && status < 500)
      return { status: 400, body: { code: 'BAD_REQUEST', message: (error as Error).message } };
    this.logger.error(error instanceof Error ? (error.stack ?? error.message) : String(error));
    return { status: 500, body: { code: 'INTERNAL', message: 'Something broke in this service; its log says what.' } };
  }
}

function getStatus(error: unknown): number {
  if (error instanceof HttpException) return error.getStatus();
  // Fastify's own errors (an unreadable body, one that is too large) carry a statusCode.
  const status = (error as { statusCode?: unknown } | null)?.statusCode;
  return typeof status === 'number' ? status : 500;
}

/** Rejects what Fastify cannot route (a URL that cannot be decoded): it never reaches Nest and its filter. */
export function rejectUnroutable(error: FastifyError, _request: FastifyRequest, reply: FastifyReply): void {
  void reply.status(400).send({ code: 'BAD_REQUEST', message: error.message });
}
