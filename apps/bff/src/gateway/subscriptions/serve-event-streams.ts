import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { hasJsonBody } from '@bff/trusted-documents';
import { badRequest } from '@bff/page';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { GraphQLError } from 'graphql';
import type { RequestContextFactory } from '../request-context.js';
import { rejectUnreadable } from '../gateway.filter.js';
import { EventStream } from './event-stream.js';
import type { Subscriptions, SubscriptionRequest } from './subscriptions.js';

/** Serves subscriptions as server-sent events at /graphql/stream, one request each. */
export function serveEventStreams(
  app: NestFastifyApplication,
  operations: Subscriptions,
  contexts: RequestContextFactory,
): void {
  const open = new Set<EventStream>();
  // Nest's own is not there yet.
  const errorHandler = (error: unknown, request: FastifyRequest, reply: FastifyReply): void => {
    rejectUnreadable(contexts, error, request, reply);
  };
  const server = app.getHttpAdapter().getInstance();
  server.all('/graphql/stream', { errorHandler }, async (request: FastifyRequest, reply: FastifyReply) => {
    if (request.method !== 'GET' && request.method !== 'POST') void reply.header('allow', 'GET, POST');
    const opened = await operations.open(liveRequestOf(request), request.headers);
    reply.hijack();
    const stream = new EventStream(reply.raw);
    if (!('results' in opened)) {
      stream.refuse(operations.formatResult(opened));
      return;
    }
    open.add(stream);
    await stream.send(
      opened.results,
      (result) => operations.formatResult(result),
      (error) => operations.formatResult({ errors: [asGraphQLError(error)] }),
    );
    open.delete(stream);
  });
  server.addHook('preClose', () => {
    for (const stream of open) stream.cut();
    return Promise.resolve();
  });
}

/** What a request asks for. Throws BAD_REQUEST. */
function liveRequestOf({ method, headers, body, query }: FastifyRequest): SubscriptionRequest {
  if (method !== 'GET' && method !== 'POST') throw badRequest('A stream is asked for by GET or POST.', 405);
  if (!/text\/event-stream|\*\/\*|text\/\*/i.test(headers.accept ?? '*/*'))
    throw badRequest('Subscriptions come as text/event-stream, which the Accept header does not take.', 406);
  if (method === 'POST' && !hasJsonBody(headers)) throw badRequest('A body of type application/json is expected.', 415);
  return checked(method === 'POST' ? body : readSearch(query));
}

/** The parts of a search, of which two are JSON. Throws BAD_REQUEST. */
function readSearch(query: unknown): Record<string, unknown> {
  const { variables, extensions, ...parts } = query as Record<string, unknown>;
  return { ...parts, variables: jsonOf('variables', variables), extensions: jsonOf('extensions', extensions) };
}

function jsonOf(name: string, text: unknown): unknown {
  if (text === undefined) return undefined;
  try {
    if (typeof text === 'string') return JSON.parse(text) as unknown;
  } catch {
    // What it is not, the line below says.
  }
  throw badRequest(`\`${name}\` is JSON in a search, and is there once.`);
}

function checked(parts: unknown): SubscriptionRequest {
  if (!isRecord(parts)) throw badRequest('A JSON object is expected.');
  const { query, documentId, operationName, variables, extensions } = parts;
  for (const [name, value] of Object.entries({ query, documentId, operationName }))
    if (!isMissing(value) && typeof value !== 'string') throw badRequest(`\`${name}\` must be a string.`);
  for (const [name, value] of Object.entries({ variables, extensions }))
    if (!isMissing(value) && !isRecord(value)) throw badRequest(`\`${name}\` must be an object.`);
  // As it was checked above.
  return { query, documentId, operationName, variables, extensions } as SubscriptionRequest;
}

function isMissing(value: unknown): value is null | undefined {
  return value === undefined || value === null;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function asGraphQLError(error: unknown): GraphQLError {
  if (error instanceof GraphQLError) return error;
  return new GraphQLError('A bug', { originalError: error instanceof Error ? error : new Error(String(error)) });
}
