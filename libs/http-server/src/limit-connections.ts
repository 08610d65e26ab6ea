import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import type { FastifyInstance } from 'fastify';
import type { FormatRefusal, Refusal, ServerBounds } from './server-options.js';

/** How long a connection that is one too many may take to send its request, in milliseconds. */
const REFUSED_MS = 1_000;

/** How long a request that has not arrived yet may take once the server is closing, in milliseconds. */
const GRACE_MS = 1_000;

/** How often a server that ends looks for connections that it need not wait for, in milliseconds. */
const CUT_EVERY_MS = 50;

interface Exchange {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
}

/**
 * Bounds the connections of a server, and lets it end soon: what has arrived is answered, and what has not is cut. A connection that
 * is one too many is answered 429 before anything is done, and closed. To be called before the routes are made.
 */
export function limitConnections(fastify: FastifyInstance, bounds: ServerBounds, formatRefusal: FormatRefusal): void {
  const connections = new Connections(bounds);
  const { server } = fastify;
  server.on('connection', (socket: Socket) => {
    connections.add(socket);
  });
  server.on('request', (request: IncomingMessage, response: ServerResponse) => {
    connections.track({ request, response });
  });
  server.prependListener('upgrade', (request: IncomingMessage, socket: Socket) => {
    // What is upgraded has a life of its own; one too many ends here.
    if (connections.findRefusal(request.socket)) socket.destroy();
    else connections.markUpgraded(request.socket);
  });
  fastify.addHook('onRequest', (request, reply, done) => {
    const refusal = connections.findRefusal(request.raw.socket);
    if (!refusal) {
      done();
      return;
    }
    void reply.code(refusal.status).headers({ connection: 'close', 'content-type': 'application/json; charset=utf-8' });
    void reply.send(JSON.stringify(formatRefusal(refusal)));
  });
  fastify.addHook('preClose', (done) => {
    const graceUntil = performance.now() + GRACE_MS;
    // A connection whose answer has been sent would be kept for the next request, which the closing server does not take.
    const cutting = setInterval(() => {
      if (performance.now() >= graceUntil) connections.closeUnfinished();
      else server.closeIdleConnections();
    }, CUT_EVERY_MS);
    server.once('close', () => {
      clearInterval(cutting);
    });
    done();
  });
}

/** The connections of a server. */
class Connections {
  /** With the last exchange of each. */
  private readonly open = new Map<Socket, Exchange | undefined>();
  private readonly byAddress = new Map<string, number>();
  private readonly refused = new Map<Socket, Refusal>();
  private readonly upgraded = new Set<Socket>();

  constructor(private readonly bounds: ServerBounds) {}

  add(socket: Socket): void {
    const { remoteAddress: address = '' } = socket;
    const held = (this.byAddress.get(address) ?? 0) + 1;
    this.byAddress.set(address, held);
    this.open.set(socket, undefined);
    const refusal = this.checkLimits(held);
    if (refusal) {
      this.refused.set(socket, refusal);
      setTimeout(() => socket.destroy(), REFUSED_MS).unref();
    }
    socket.once('close', () => {
      const left = (this.byAddress.get(address) ?? 1) - 1;
      if (left > 0) this.byAddress.set(address, left);
      else this.byAddress.delete(address);
      this.open.delete(socket);
      this.upgraded.delete(socket);
      this.refused.delete(socket);
    });
  }

  track(exchange: Exchange): void {
    this.open.set(exchange.request.socket, exchange);
  }

  /** It still counts, and is not cut. */
  markUpgraded(socket: Socket): void {
    this.upgraded.add(socket);
  }

  /** Undefined for nearly every connection. */
  findRefusal(socket: Socket): Refusal | undefined {
    return this.refused.size === 0 ? undefined : this.refused.get(socket);
  }

  /** Cuts every connection on which nothing is being answered. */
  closeUnfinished(): void {
    for (const [socket, exchange] of this.open) {
      const isAnswered = exchange?.request.complete === true && !exchange.response.writableFinished;
      if (!isAnswered && !this.upgraded.has(socket)) socket.destroy();
    }
  }

  private checkLimits(held: number): Refusal | undefined {
    const { MAX_CONNECTIONS, MAX_CONNECTIONS_PER_ADDRESS } = this.bounds;
    if (this.open.size > MAX_CONNECTIONS) return createRefusal('MAX_CONNECTIONS', 'This server', MAX_CONNECTIONS);
    if (MAX_CONNECTIONS_PER_ADDRESS === undefined || held <= MAX_CONNECTIONS_PER_ADDRESS) return undefined;
    return createRefusal('MAX_CONNECTIONS_PER_ADDRESS', 'An address', MAX_CONNECTIONS_PER_ADDRESS);
  }
}

function createRefusal(limit: string, who: string, max: number): Refusal {
  const message = `${who} holds at most ${max} connections: use those that are there for several requests.`;
  return { status: 429, code: 'TOO_MANY_REQUESTS', message, limit };
}
