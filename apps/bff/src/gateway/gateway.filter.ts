import { Catch, HttpException } from '@nestjs/common';
import type { ArgumentsHost, ExceptionFilter } from '@nestjs/common';
import { badRequest, limitExceeded } from '@bff/page';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { GraphQLError } from 'graphql';
import type { RequestContextFactory } from './request-context.js';
import { sendErrors } from './send-errors.js';

/**
 * What is thrown in a resolver goes on to formatError, which alone decides what is logged. What is thrown before GraphQL is reached
 * (an address, a media type or a body that cannot be used) is answered in the same form as every error.
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

/** Answers a request that never reached GraphQL. */
export function rejectUnreadable(
  contexts: RequestContextFactory,
  error: unknown,
  { url }: FastifyRequest,
  reply: FastifyReply,
): void {
  const wrongMethod = getStatus(error) === 404 && /^\/graphql(\?|$)/.test(url);
  if (wrongMethod) void reply.header('allow', 'GET, POST');
  const told = wrongMethod ? badRequest('GraphQL is asked by GET or POST.', 405) : toRequestError(error);
  sendErrors(reply, contexts, told);
}

/** An error that was found before GraphQL was reached, as one of GraphQL. */
function toRequestError(error: unknown): GraphQLError {
  if (error instanceof GraphQLError) return error;
  const status = getStatus(error);
  if (status === 413)
    return withStatus(limitExceeded('MAX_BODY_BYTES', 'The body of the request is too large.'), status);
  if (status === 404) return badRequest('There is nothing at this address: GraphQL is served at /graphql.', status);
  if (status >= 400 && status < 500) return badRequest((error as Error).message, status);
  return new GraphQLError('A bug', { originalError: error instanceof Error ? error : new Error(String(error)) });
}

function withStatus(error: GraphQLError, status: number): GraphQLError {
  return new GraphQLError(error.message, { extensions: { ...error.extensions, http: { status } } });
}

/** Nest's errors and Fastify's have their status in different places. */
function getStatus(error: unknown): number {
  if (error instanceof HttpException) return error.getStatus();
  const status = (error as { statusCode?: unknown } | null)?.statusCode;
  return typeof status === 'number' ? status : 500;
}
