import { Catch, HttpException } from '@nestjs/common';
import type { ArgumentsHost, ExceptionFilter } from '@nestjs/common';
import { createBadRequestError, createLimitExceededError } from '@bff/page';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { GraphQLError } from 'graphql';
import type { RequestContextFactory } from './request-context.js';
import { sendErrors } from './send-errors.js';

/** The most bytes of a request body: no operation needs more. */
export const MAX_BODY_BYTES = 256 * 1024;

/**
 * Responds to requests that fail before they reach GraphQL (wrong URL, media type or body) in the same format as GraphQL does. An
 * error of a resolver is thrown on: `formatError` handles it and decides what is logged.
 */
@Catch()
export class GatewayFilter implements ExceptionFilter {
  constructor(private readonly contexts: RequestContextFactory) {}

  catch(error: unknown, host: ArgumentsHost): void {
    if (host.getType<string>() === 'graphql') throw error;
    const http = host.switchToHttp();
    rejectUnreadable(this.contexts, error, http.getRequest<FastifyRequest>(), http.getResponse<FastifyReply>());
  }
}

/** Responds to a request that did not reach GraphQL. */
export function rejectUnreadable(
  contexts: RequestContextFactory,
  error: unknown,
  { url }: FastifyRequest,
  reply: FastifyReply,
): void {
  const wrongMethod = getStatus(error) === 404 && /^\/graphql(\?|$)/.test(url);
  if (wrongMethod) void reply.header('allow', 'GET, POST');
  sendErrors(
    reply,
    contexts,
    wrongMethod ? createBadRequestError('GraphQL accepts GET and POST.', 405) : toRequestError(error),
  );
}

/** The GraphQL error for a request that did not reach GraphQL. */
function toRequestError(error: unknown): GraphQLError {
  if (error instanceof GraphQLError) return error;
  const status = getStatus(error);
  if (status === 413)
    return withStatus(
      createLimitExceededError('MAX_BODY_BYTES', `The request body is larger than ${MAX_BODY_BYTES} bytes.`),
      status,
    );
  if (status === 404) return createBadRequestError('Not found: GraphQL is served at /graphql.', status);
  if (status >= 400 && status < 500) return createBadRequestError((error as Error).message, status);
  return new GraphQLError('A bug', { originalError: error instanceof Error ? error : new Error(String(error)) });
}

function withStatus(error: GraphQLError, status: number): GraphQLError {
  return new GraphQLError(error.message, { extensions: { ...error.extensions, http: { status } } });
}

/** Errors of Nest and of Fastify have their status in different places. */
function getStatus(error: unknown): number {
  if (error instanceof HttpException) return error.getStatus();
  const status = (error as { statusCode?: unknown } | null)?.statusCode;
  return typeof status === 'number' ? status : 500;
}
