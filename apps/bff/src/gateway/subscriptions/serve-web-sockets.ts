import type { IncomingHttpHeaders, IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { createBadRequestError, createLimitExceededError } from '@bff/page';
import type { ExecutionArgs, FormattedExecutionResult, GraphQLError } from 'graphql';
import { handleProtocols, makeServer, MessageType } from 'graphql-ws';
import { WebSocketServer } from 'ws';
import type { BffConfig } from '../../bff.config.js';
import type { Subscriptions } from './subscriptions.js';
import type { SubscriptionResults } from './subscription-results.js';
import { WebSocketConnection } from './web-socket-connection.js';
import type { SocketExtra } from './web-socket-connection.js';

/** The most bytes of a message: no subscription needs more. */
const MAX_MESSAGE_BYTES = 64 * 1024;

const MAX_SUBSCRIPTIONS_PER_CONNECTION = 50;

/** How often connections are checked for idle time and for dead clients, in milliseconds. */
const CHECK_INTERVAL_MS = 250;

/** How long a client may take to close its connection when the BFF shuts down, in milliseconds. */
const CLOSE_TIMEOUT_MS = 1_000;

/** Serves subscriptions over WebSocket (graphql-transport-ws) at /graphql. */
export function serveWebSockets(
  app: NestFastifyApplication,
  subscriptions: Subscriptions,
  { SOCKET_IDLE_MS }: Pick<BffConfig, 'SOCKET_IDLE_MS'>,
): void {
  const open = new Set<WebSocketConnection>();
  const protocol = createProtocol(subscriptions);
  const sockets = new WebSocketServer({ noServer: true, maxPayload: MAX_MESSAGE_BYTES, handleProtocols });
  const reject = (socket: Duplex, error: GraphQLError): void => {
    rejectUpgrade(socket, error, subscriptions);
  };
  sockets.on('wsClientError', (error, socket) => {
    reject(socket, createBadRequestError(error.message));
  });
  sockets.on('connection', (socket, request) => {
    const connection = new WebSocketConnection(
      socket,
      request,
      protocol,
      (bug) => void subscriptions.formatErrors([bug]),
    );
    open.add(connection);
    socket.once('close', () => open.delete(connection));
  });
  app.getHttpServer().on('upgrade', (request: IncomingMessage, socket: Duplex, head: Buffer) => {
    socket.on('error', () => socket.destroy());
    if (request.url?.split('?')[0] === '/graphql')
      sockets.handleUpgrade(request, socket, head, (client) => sockets.emit('connection', client, request));
    else reject(socket, createBadRequestError('Not found: WebSockets are served at /graphql.', 404));
  });
  const checks = setInterval(() => {
    for (const connection of open) connection.check(SOCKET_IDLE_MS);
  }, CHECK_INTERVAL_MS);
  checks.unref();
  app
    .getHttpAdapter()
    .getInstance()
    .addHook('preClose', async () => {
      clearInterval(checks);
      await Promise.all([...open].map((connection) => connection.close(CLOSE_TIMEOUT_MS)));
    });
}

function createProtocol(subscriptions: Subscriptions) {
  const opened = new WeakMap<ExecutionArgs, SubscriptionResults>();
  return makeServer<Record<string, unknown>, SocketExtra>({
    onConnect: async (context) => {
      const { connectionParams, extra } = context;
      const { socket, request } = extra;
      extra.watch(context);
      const rejection = await subscriptions.checkToken(mergeHeaders(connectionParams, request.headers));
      if (!rejection) return true;
      // 1013 asks the client to reconnect later; after 4403 it does not reconnect.
      const { code, retryable } = rejection.extensions ?? {};
      socket.close(retryable === true ? 1013 : 4403, String(code));
      return false;
    },
    onSubscribe: async ({ connectionParams, extra, subscriptions: active }, _id, request) => {
      // The new subscription counts, too.
      if (Object.keys(active).length > MAX_SUBSCRIPTIONS_PER_CONNECTION) return [TOO_MANY_SUBSCRIPTIONS];
      const subscription = await subscriptions.open(request, mergeHeaders(connectionParams, extra.request.headers));
      if ('errors' in subscription) return subscription.errors;
      opened.set(subscription.args, subscription.results);
      return subscription.args;
    },
    subscribe: (args) => {
      const results = opened.get(args);
      if (!results) throw new Error('This subscription was not opened');
      return results;
    },
    onNext: (_context, _id, _payload, _args, result) => subscriptions.formatResult(result) as FormattedExecutionResult,
    onError: (_context, _id, _payload, errors) => subscriptions.formatErrors(errors),
    jsonMessageReviver: reviveMessage,
  });
}

const TOO_MANY_SUBSCRIPTIONS = createLimitExceededError(
  'MAX_SUBSCRIPTIONS_PER_CONNECTION',
  `A connection may have at most ${MAX_SUBSCRIPTIONS_PER_CONNECTION} subscriptions: open another connection.`,
);

/** The types of messages that a client may send. */
const CLIENT_MESSAGES: readonly unknown[] = [
  MessageType.ConnectionInit,
  MessageType.Ping,
  MessageType.Pong,
  MessageType.Subscribe,
  MessageType.Complete,
];

/**
 * Lets a message have a `documentId` without a `query`, which the protocol does not allow. Throws for a message that only a server
 * may send.
 */
function reviveMessage(this: unknown, key: string, value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if (key === '' && !CLIENT_MESSAGES.includes((value as { readonly type?: unknown }).type))
    throw new Error('A client may not send a message of this type');
  if (key === 'payload' && 'documentId' in value && !('query' in value)) return { ...value, query: '' };
  return value;
}

/** Responds to a handshake that fails. */
function rejectUpgrade(socket: Duplex, error: GraphQLError, subscriptions: Subscriptions): void {
  const { status = 400 } = error.extensions.http as { readonly status?: number };
  const body = JSON.stringify({ errors: subscriptions.formatErrors([error]) });
  socket.end(
    [
      `HTTP/1.1 ${status} ${status === 404 ? 'Not Found' : 'Bad Request'}`,
      'connection: close',
      'content-type: application/json; charset=utf-8',
      `content-length: ${Buffer.byteLength(body)}`,
      '',
      body,
    ].join('\r\n'),
  );
}

/** A browser cannot set the headers of a WebSocket: the payload of the first message has them instead. */
function mergeHeaders(
  params: Readonly<Record<string, unknown>> | undefined,
  headers: IncomingHttpHeaders,
): IncomingHttpHeaders {
  const given = Object.entries(params ?? {}).flatMap(([name, value]) =>
    typeof value === 'string' ? [[name.toLowerCase(), value] as const] : [],
  );
  return { ...headers, ...Object.fromEntries(given) };
}
