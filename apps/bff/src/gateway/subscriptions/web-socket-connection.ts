import { once } from 'node:events';
import type { IncomingMessage } from 'node:http';
import { GraphQLError } from 'graphql';
import { CloseCode } from 'graphql-ws';
import type { Context, Server } from 'graphql-ws';
import type { RawData, WebSocket } from 'ws';

/** What the protocol (graphql-transport-ws) knows about a connection. */
export interface SocketExtra {
  readonly socket: WebSocket;
  readonly request: IncomingMessage;
  /** Called with the state of the connection. */
  readonly watch: (context: Pick<Context, 'subscriptions'>) => void;
}

/** How often a client is pinged, in milliseconds. It has the same time to respond. */
const PING_MS = 12_000;

/** One WebSocket: its messages, whether its client is alive, and whether it is idle. */
export class WebSocketConnection {
  private context: Pick<Context, 'subscriptions'> | undefined;
  private lastActiveAt = Date.now();
  private pingedAt = Date.now();
  private isAlive = true;

  constructor(
    private readonly socket: WebSocket,
    request: IncomingMessage,
    protocol: Server<SocketExtra>,
    onBug: (bug: GraphQLError) => void,
  ) {
    const extra: SocketExtra = { socket, request, watch: (context) => (this.context = context) };
    const onClosed = protocol.opened(
      {
        protocol: socket.protocol,
        send: (text) => this.send(text),
        close: (code, reason) => {
          socket.close(code, reason);
        },
        onMessage: (receive) => {
          socket.on('message', (data: RawData) => {
            receive(toText(data)).catch((error: unknown) => {
              onBug(
                new GraphQLError('A bug', { originalError: error instanceof Error ? error : new Error(String(error)) }),
              );
              socket.close(CloseCode.InternalServerError, 'Internal server error');
            });
          });
        },
      },
      extra,
    );
    socket.on('pong', () => (this.isAlive = true));
    // A frame that cannot be read is an error of the client: `ws` closes the connection with the right code.
    socket.on('error', () => undefined);
    socket.once('close', (code, reason) => {
      onClosed(code, String(reason)).catch(() => undefined);
    });
  }

  /** Closes the connection when its client is dead, or when it had no subscription for `idleMs` milliseconds. */
  check(idleMs: number): void {
    const now = Date.now();
    if (Object.keys(this.context?.subscriptions ?? {}).length > 0) this.lastActiveAt = now;
    else if (now - this.lastActiveAt > idleMs) this.socket.close(1000, 'No subscription is open on this socket');
    if (now - this.pingedAt < PING_MS) return;
    if (!this.isAlive) this.socket.terminate();
    [this.isAlive, this.pingedAt] = [false, now];
    if (this.socket.readyState === this.socket.OPEN) this.socket.ping();
  }

  /** Asks the client to reconnect elsewhere; terminates the connection when it is not closed within `withinMs` milliseconds. */
  async close(withinMs: number): Promise<void> {
    const { socket } = this;
    if (socket.readyState === socket.CLOSED) return;
    const timer = setTimeout(() => {
      socket.terminate();
    }, withinMs);
    socket.close(1001, 'Going away');
    await once(socket, 'close');
    clearTimeout(timer);
  }

  private send(text: string): Promise<void> {
    const { socket } = this;
    if (socket.readyState !== socket.OPEN) return Promise.resolve();
    // That the client has disconnected meanwhile is no error.
    return new Promise((resolve) => {
      socket.send(text, () => {
        resolve();
      });
    });
  }
}

function toText(data: RawData): string {
  if (Array.isArray(data)) return Buffer.concat(data).toString();
  return data instanceof ArrayBuffer ? Buffer.from(data).toString() : data.toString();
}
