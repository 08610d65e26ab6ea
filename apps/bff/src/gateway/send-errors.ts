import type { FastifyReply } from 'fastify';
import type { GraphQLError } from 'graphql';
import type { RequestContextFactory } from './request-context.js';

/** Responds with errors alone, in the same format as GraphQL does, and with the HTTP status of the first one. */
export function sendErrors(
  reply: FastifyReply,
  contexts: RequestContextFactory,
  ...errors: readonly GraphQLError[]
): void {
  const { http } = errors[0]?.extensions ?? {};
  const { status = 500 } = (http ?? {}) as { readonly status?: number };
  void reply
    .code(status)
    .header('content-type', 'application/json; charset=utf-8')
    .send(JSON.stringify({ errors: errors.map((error) => contexts.formatError(error.toJSON(), error)) }));
}
