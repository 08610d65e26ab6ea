import type { IncomingHttpHeaders, IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { badRequest, limitExceeded } from '@bff/page';
import type { ExecutionArgs, FormattedExecutionResult, GraphQLError } from 'graphql';
import { handleProtocols, makeServer, MessageType } from 'graphql-ws';
import { WebSocketServer } from 'ws';
import type { BffConfig } from '../../bff.config.js';
import type { Subscriptions } from './subscriptions.js';
import type { SubscriptionResults } from './subscription-results.js';
import { WebSocketConnection } from './web-socket-connection.js';
import type { SocketExtra } from './web-socket-connection.js';

/** A message that is larger than this is no subscription's. */
const MAX_MESSAGE_BYTES = 64 * 1024;

/** So many subscriptions share one connection. */
const MAX_SUBSCRIPTIONS = 50;

/** How often sockets are looked at, in milliseconds. */
const LOOK_EVERY_MS = 250;

/** How long a client may take to say goodbye, in milliseconds. */
const GOODBYE_MS = 1_000;

/** Serves subscriptions over WebSocket (graphql-transport-ws) at /graphql. */
export function serveWebSockets(
  app: NestFastifyApplication,
  operations: Subscriptions,
  { SOCKET_IDLE_MS }: Pick<BffConfig, 'SOCKET_IDLE_MS'>,
): void {
  const open = new Set<WebSocketConnection>();
  const protocol = protocolOf(operations);
  const sockets = new WebSocketServer({ noServer: true, maxPayload: MAX_MESSAGE_BYTES, handleProtocols });
  const refuse = (socket: Duplex, error: GraphQLError): void => {
    refuseUpgrade(socket, error, operations);
  };
  sockets.on('wsClientError', (error, socket) => {
    refuse(socket, badRequest(error.message));
  });
  sockets.on('connection', (socket, request) => {
    const live = new WebSocketConnection(socket, request, protocol, (bug) => void operations.formatErrors([bug]));
    open.add(live);
    socket.once('close', () => open.delete(live));
  });
  app.getHttpServer().on('upgrade', (request: IncomingMessage, socket: Duplex, head: Buffer) => {
    socket.on('error', () => socket.destroy());
    if (request.url?.split('?')[0] === '/graphql')
      sockets.handleUpgrade(request, socket, head, (client) => sockets.emit('connection', client, request));
    else refuse(socket, badRequest('There is no WebSocket at this address: it is at /graphql.', 404));
  });
  const looking = setInterval(() => {
    for (const live of open) live.look(SOCKET_IDLE_MS);
  }, LOOK_EVERY_MS);
  looking.unref();
  app
    .getHttpAdapter()
    .getInstance()
    .addHook('preClose', async () => {
      clearInterval(looking);
      await Promise.all([...open].map((live) => live.sayGoodbye(GOODBYE_MS)));
    });
}

function protocolOf(operations: Subscriptions) {
  const opened = new WeakMap<ExecutionArgs, SubscriptionResults>();
  return makeServer<Record<string, unknown>, SocketExtra>({
    onConnect: async (context) => {
      const { connectionParams, extra } = context;
      const { socket, request } = extra;
      extra.watch(context);
      const refusal = await operations.checkToken(headersOf(connectionParams, request.headers));
      if (!refusal) return true;
      // 1013 means to try again later, 4403 that it is of no use.
      const { code, retryable } = refusal.extensions ?? {};
      socket.close(retryable === true ? 1013 : 4403, String(code));
      return false;
    },
    onSubscribe: async ({ connectionParams, extra, subscriptions }, _id, request) => {
      // This one is among them.
      if (Object.keys(subscriptions).length > MAX_SUBSCRIPTIONS) return [TOO_MANY];
      const subscription = await operations.open(request, headersOf(connectionParams, extra.request.headers));
      if ('errors' in subscription) return subscription.errors;
      opened.set(subscription.args, subscription.results);
      return subscription.args;
    },
    subscribe: (args) => {
      const results = opened.get(args);
      if (!results) throw new Error('Nobody opened this subscription');
      return results;
    },
    onNext: (_context, _id, _payload, _args, result) => operations.formatResult(result) as FormattedExecutionResult,
    onError: (_context, _id, _payload, errors) => operations.formatErrors(errors),
    jsonMessageReviver: withDocumentId,
  });
}

const TOO_MANY = limitExceeded(
  'MAX_SUBSCRIPTIONS_PER_CONNECTION',
  `One connection holds ${MAX_SUBSCRIPTIONS} subscriptions: open another one.`,
);

/** What clients say; the rest is for them to hear. */
const FROM_CLIENTS: readonly unknown[] = [
  MessageType.ConnectionInit,
  MessageType.Ping,
  MessageType.Pong,
  MessageType.Subscribe,
  MessageType.Complete,
];

/** Lets a message name its document by its hash alone, which the protocol has no place for. Throws for what no client says. */
function withDocumentId(this: unknown, key: string, value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if (key === '' && !FROM_CLIENTS.includes((value as { readonly type?: unknown }).type))
    throw new Error('No client says that');
  if (key === 'payload' && 'documentId' in value && !('query' in value)) return { ...value, query: '' };
  return value;
}

/** Answers a handshake that comes to nothing. */
function refuseUpgrade(socket: Duplex, error: GraphQLError, operations: Subscriptions): void {
  const { status = 400 } = error.extensions.http as { readonly status?: number };
  const body = JSON.stringify({ errors: operations.formatErrors([error]) });
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
