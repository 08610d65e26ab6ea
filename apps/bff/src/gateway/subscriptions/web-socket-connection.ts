import { once } from 'node:events';
import type { IncomingMessage } from 'node:http';
import { GraphQLError } from 'graphql';
import { CloseCode } from 'graphql-ws';
import type { Context, Server } from 'graphql-ws';
import type { RawData, WebSocket } from 'ws';

/** What the protocol knows of a socket. */
export interface SocketExtra {
  readonly socket: WebSocket;
  readonly request: IncomingMessage;
  /** Called with what the protocol knows of the connection. */
  readonly watch: (context: Pick<Context, 'subscriptions'>) => void;
}

/** How often a client is asked whether it is still there, in milliseconds; it has as long to say so. */
const PING_MS = 12_000;

/** One WebSocket: what is said on it, whether somebody is still there, and whether it is needed. */
export class WebSocketConnection {
  private context: Pick<Context, 'subscriptions'> | undefined;
  private neededAt = Date.now();
  private pingedAt = Date.now();
  private isThere = true;

  constructor(
    private readonly socket: WebSocket,
    request: IncomingMessage,
    protocol: Server<SocketExtra>,
    onBug: (bug: GraphQLError) => void,
  ) {
    const extra: SocketExtra = { socket, request, watch: (context) => (this.context = context) };
    const closed = protocol.opened(
      {
        protocol: socket.protocol,
        send: (text) => this.send(text),
        close: (code, reason) => {
          socket.close(code, reason);
        },
        onMessage: (take) => {
          socket.on('message', (data: RawData) => {
            take(textOf(data)).catch((error: unknown) => {
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
    socket.on('pong', () => (this.isThere = true));
    // A frame that cannot be read: the client's mistake, of which `ws` tells it by closing.
    socket.on('error', () => undefined);
    socket.once('close', (code, reason) => {
      closed(code, String(reason)).catch(() => undefined);
    });
  }

  /** Closes it when nobody is there, or when it has held no subscription for as long as this, in milliseconds. */
  look(idleMs: number): void {
    const now = Date.now();
    if (Object.keys(this.context?.subscriptions ?? {}).length > 0) this.neededAt = now;
    else if (now - this.neededAt > idleMs) this.socket.close(1000, 'No subscription is open on this socket');
    if (now - this.pingedAt < PING_MS) return;
    if (!this.isThere) this.socket.terminate();
    [this.isThere, this.pingedAt] = [false, now];
    if (this.socket.readyState === this.socket.OPEN) this.socket.ping();
  }

  /** Tells the client to go on elsewhere; cuts the connection when it does not answer within this time, in milliseconds. */
  async sayGoodbye(withinMs: number): Promise<void> {
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
    // Whoever has gone is not told any more, which is no error of ours.
    return new Promise((resolve) => {
      socket.send(text, () => {
        resolve();
      });
    });
  }
}

function textOf(data: RawData): string {
  if (Array.isArray(data)) return Buffer.concat(data).toString();
  return data instanceof ArrayBuffer ? Buffer.from(data).toString() : data.toString();
}
