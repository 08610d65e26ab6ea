import type { IncomingHttpHeaders } from 'node:http';
import { GraphQLSchemaHost } from '@nestjs/graphql';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { ExecutionArgs, ExecutionResult, FormattedExecutionResult } from 'graphql';
import type { OperationArgs } from 'graphql-sse';
import { createHandler } from 'graphql-sse/lib/use/fastify';
import { useServer } from 'graphql-ws/use/ws';
import { WebSocketServer } from 'ws';
import type { Door } from '../door.js';
import type { Trusted } from '../trusted/trusted.js';
import { LiveOperations } from './live-operations.js';

/** A message that is larger than this is no subscription's. */
const MAX_MESSAGE_BYTES = 64 * 1024;

/**
 * Serves subscriptions: over WebSocket (graphql-transport-ws) at /graphql, and over server-sent events at /graphql/stream,
 * one request each. To be called before the app listens.
 */
export function serveLive(app: NestFastifyApplication, door: Door, trusted: Trusted): void {
  const operations = new LiveOperations(door, () => app.get(GraphQLSchemaHost).schema, trusted);
  serveEvents(app, operations);
  serveSockets(app, operations);
}

function serveEvents(app: NestFastifyApplication, operations: LiveOperations): void {
  const stream = createHandler({
    // One request holds one subscription; nothing is kept here between requests.
    authenticate: () => null,
    onSubscribe: async ({ raw }, params) => {
      const prepared = await operations.prepare(params, raw.headers);
      return 'args' in prepared ? sseArgs(prepared.args) : operations.told(prepared);
    },
    // Subscriptions bring whole results: @defer is for pages.
    onNext: (_context, _request, result) => operations.told(result as ExecutionResult),
  });
  app
    .getHttpAdapter()
    .getInstance()
    .all('/graphql/stream', async (request, reply) => {
      await stream(request, reply);
    });
}

function serveSockets(app: NestFastifyApplication, operations: LiveOperations): void {
  const server = app.getHttpServer();
  const sockets = new WebSocketServer({ server, path: '/graphql', maxPayload: MAX_MESSAGE_BYTES });
  const served = useServer(
    {
      onConnect: ({ connectionParams, extra }) => operations.admit(headersOf(connectionParams, extra.request.headers)),
      onSubscribe: async ({ connectionParams, extra, subscriptions }, _id, params) => {
        const open = Object.keys(subscriptions).length;
        const headers = headersOf(connectionParams, extra.request.headers);
        const prepared = await operations.prepare(params, headers, open);
        return 'args' in prepared ? prepared.args : prepared.errors;
      },
      onNext: (_context, _id, _payload, _args, result) => operations.told(result) as FormattedExecutionResult,
      onError: (_context, _id, _payload, errors) => operations.formatted(errors),
    },
    sockets,
  );
  app
    .getHttpAdapter()
    .getInstance()
    .addHook('preClose', async () => {
      await served.dispose();
    });
}

/** The library's name for the same thing; its context is whatever ours is. */
function sseArgs(args: ExecutionArgs): OperationArgs {
  return { ...args, contextValue: args.contextValue as undefined };
}

/** A browser cannot set the headers of a WebSocket: the first message on it brings them. */
function headersOf(
  params: Readonly<Record<string, unknown>> | undefined,
  headers: IncomingHttpHeaders,
): IncomingHttpHeaders {
  const given = Object.entries(params ?? {}).flatMap(([name, value]) =>
    typeof value === 'string' ? [[name.toLowerCase(), value] as const] : [],
  );
  return { ...headers, ...Object.fromEntries(given) };
}
