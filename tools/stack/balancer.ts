import './node-version.js';
import { connect as connectHttp2, constants, createServer as createHttp2Server } from 'node:http2';
import type { ClientHttp2Session, ServerHttp2Stream, IncomingHttpHeaders } from 'node:http2';
import { connect, createServer } from 'node:net';
import type { Socket } from 'node:net';

/**
 * A round-robin balancer before replicas: by connection for HTTP/1.1, and by request for HTTP/2, whose clients keep one
 * connection. A server that does not respond is skipped.
 */
const host = process.env['HOST'] ?? '127.0.0.1';

/** Time between attempts to reconnect to a server, in milliseconds. */
const LOOK_MS = 20;

/** A server that does not answer a ping in this time is skipped, and its requests go to others; in milliseconds. */
const PING_EVERY_MS = 200;
const PING_WITHIN_MS = 500;

interface Balanced {
  readonly front: number;
  readonly behind: readonly number[];
}

/** Reads `4000,4051,4052;4011,4055,4056`: the port in front, and those behind it. */
function read(text = ''): Balanced[] {
  return text.split(';').flatMap((group) => {
    const [front, ...behind] = group.split(',').map(Number);
    return front === undefined || behind.length === 0 ? [] : [{ front, behind }];
  });
}

function balanceConnections({ front, behind }: Balanced, address: string): void {
  let next = 0;
  createServer({ pauseOnConnect: true }, (client) => {
    client.on('error', () => client.destroy());
    const first = next++;
    const handTo = (tries: number): void => {
      const port = behind[(first + tries) % behind.length];
      if (port === undefined || tries === behind.length) return void client.destroy();
      const server = connect({ host: address, port });
      const passOver = (): void => handTo(tries + 1);
      server.once('error', passOver);
      server.once('connect', () => {
        server.off('error', passOver);
        join(client, server);
      });
    };
    handTo(0);
  }).listen(front, address);
}

function join(client: Socket, server: Socket): void {
  server.on('error', () => client.destroy());
  client.on('close', () => server.destroy());
  server.on('close', () => client.destroy());
  client.setNoDelay(true);
  server.setNoDelay(true);
  client.pipe(server).pipe(client);
  client.resume();
}

/** Keeps a connection to a server, and reconnects when it is lost. */
class Kept {
  session: ClientHttp2Session | undefined;

  constructor(private readonly port: number) {
    this.look();
  }

  private look(): void {
    const session = connectHttp2(`http://${host}:${this.port}`);
    // A stopped process keeps its connections: only a ping shows that it is available.
    session.on('connect', () => watch(session, () => (this.session = session)));
    session.on('error', () => undefined);
    session.once('close', () => {
      this.session = undefined;
      setTimeout(() => this.look(), LOOK_MS);
    });
  }
}

/** Pings a server while it answers; calls back after the first answer. */
function watch(session: ClientHttp2Session, isThere: () => void): void {
  const ping = (): void => {
    if (session.destroyed) return;
    const overdue = setTimeout(() => session.destroy(), PING_WITHIN_MS);
    session.ping((error) => {
      clearTimeout(overdue);
      if (error) return;
      isThere();
      setTimeout(ping, PING_EVERY_MS);
    });
  };
  ping();
}

function balanceRequests({ front, behind }: Balanced): void {
  const kept = behind.map((port) => new Kept(port));
  let next = 0;
  const server = createHttp2Server();
  server.on('stream', (stream: ServerHttp2Stream, headers: IncomingHttpHeaders) => {
    const sessions = kept.flatMap(({ session }) => (session && !session.closed && !session.destroyed ? [session] : []));
    const session = sessions[next++ % sessions.length];
    if (session) forward(stream, headers, session);
    else stream.respond({ [constants.HTTP2_HEADER_STATUS]: 503 }, { endStream: true });
  });
  server.listen(front, host);
}

function forward(stream: ServerHttp2Stream, headers: IncomingHttpHeaders, session: ClientHttp2Session): void {
  const request = session.request(headers);
  request.on('response', (answer) => {
    if (!stream.destroyed) stream.respond(answer);
  });
  const cut = (): void => {
    stream.close(constants.NGHTTP2_CANCEL);
    request.close(constants.NGHTTP2_CANCEL);
  };
  for (const one of [stream, request]) {
    one.on('error', cut);
    one.once('aborted', cut);
  }
  // A response that was cut because its server died must not look complete.
  request.once('close', () => {
    if (request.rstCode !== constants.NGHTTP2_NO_ERROR || !request.readableEnded) cut();
  });
  stream.once('close', () => request.close(constants.NGHTTP2_CANCEL));
  stream.pipe(request);
  request.pipe(stream);
}

for (const balanced of read(process.env['BALANCED'])) balanceConnections(balanced, host);
// Servers without authentication are reachable from this machine alone, whatever HOST says.
for (const balanced of read(process.env['BALANCED_LOCAL'])) balanceConnections(balanced, '127.0.0.1');
for (const balanced of read(process.env['BALANCED_HTTP2'])) balanceRequests(balanced);
