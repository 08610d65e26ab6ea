import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { hasJsonBody } from '@bff/trusted-documents';
import { createBadRequestError } from '@bff/page';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { GraphQLError } from 'graphql';
import type { RequestContextFactory } from '../request-context.js';
import { rejectUnreadable } from '../gateway.filter.js';
import { EventStream } from './event-stream.js';
import type { Subscriptions, SubscriptionRequest } from './subscriptions.js';

/** Serves subscriptions as server-sent events (graphql-sse, distinct connections) at /graphql/stream, one request each. */
export function serveEventStreams(
  app: NestFastifyApplication,
  subscriptions: Subscriptions,
  contexts: RequestContextFactory,
): void {
  const open = new Set<EventStream>();
  // Nest registers its own error handler later.
  const handleError = (error: unknown, request: FastifyRequest, reply: FastifyReply): void => {
    rejectUnreadable(contexts, error, request, reply);
  };
  const server = app.getHttpAdapter().getInstance();
  server.all('/graphql/stream', { errorHandler: handleError }, async (request: FastifyRequest, reply: FastifyReply) => {
    if (request.method !== 'GET' && request.method !== 'POST') void reply.header('allow', 'GET, POST');
    const opened = await subscriptions.open(parseRequest(request), request.headers);
    reply.hijack();
    const stream = new EventStream(reply.raw);
    if (!('results' in opened)) {
      stream.reject(subscriptions.formatResult(opened));
      return;
    }
    open.add(stream);
    await stream.send(
      opened.results,
      (result) => subscriptions.formatResult(result),
      (error) => subscriptions.formatResult({ errors: [toGraphQLError(error)] }),
    );
    open.delete(stream);
  });
  server.addHook('preClose', () => {
    for (const stream of open) stream.disconnect();
    return Promise.resolve();
  });
}

/** Throws BAD_REQUEST. */
function parseRequest({ method, headers, body, query }: FastifyRequest): SubscriptionRequest {
  if (method !== 'GET' && method !== 'POST') throw createBadRequestError('A stream accepts GET and POST.', 405);
  if (!/text\/event-stream|\*\/\*|text\/\*/i.test(headers.accept ?? '*/*'))
    throw createBadRequestError('The Accept header must allow text/event-stream.', 406);
  if (method === 'POST' && !hasJsonBody(headers))
    throw createBadRequestError('The Content-Type must be application/json.', 415);
  return validateParameters(method === 'POST' ? body : parseQueryString(query));
}

/** The parameters of a query string, two of which are JSON. Throws BAD_REQUEST. */
function parseQueryString(query: unknown): Record<string, unknown> {
  const { variables, extensions, ...parts } = query as Record<string, unknown>;
  return { ...parts, variables: parseJson('variables', variables), extensions: parseJson('extensions', extensions) };
}

function parseJson(name: string, text: unknown): unknown {
  if (text === undefined) return undefined;
  try {
    if (typeof text === 'string') return JSON.parse(text) as unknown;
  } catch {
    // The error below says what is expected.
  }
  throw createBadRequestError(`The parameter \`${name}\` must be JSON, and be given once.`);
}

function validateParameters(parts: unknown): SubscriptionRequest {
  if (!isRecord(parts)) throw createBadRequestError('The body must be a JSON object.');
  const { query, documentId, operationName, variables, extensions } = parts;
  for (const [name, value] of Object.entries({ query, documentId, operationName }))
    if (!isMissing(value) && typeof value !== 'string') throw createBadRequestError(`\`${name}\` must be a string.`);
  for (const [name, value] of Object.entries({ variables, extensions }))
    if (!isMissing(value) && !isRecord(value)) throw createBadRequestError(`\`${name}\` must be an object.`);
  // Their types were checked above.
  return { query, documentId, operationName, variables, extensions } as SubscriptionRequest;
}

function isMissing(value: unknown): value is null | undefined {
  return value === undefined || value === null;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function toGraphQLError(error: unknown): GraphQLError {
  if (error instanceof GraphQLError) return error;
  return new GraphQLError('A bug', { originalError: error instanceof Error ? error : new Error(String(error)) });
}
