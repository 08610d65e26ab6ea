import './node-version.js';
import { connect as connectHttp2, constants, createServer as createHttp2Server } from 'node:http2';
import type { ClientHttp2Session, ServerHttp2Stream, IncomingHttpHeaders } from 'node:http2';
import { connect, createServer } from 'node:net';
import type { Socket } from 'node:net';

/**
 * A plain round robin before two of everything: over connections for HTTP/1.1, over requests for HTTP/2, whose clients keep
 * one connection for ever. Who does not answer is passed over.
 */
const host = process.env['HOST'] ?? '127.0.0.1';

/** How soon a server that was away is looked for again, in milliseconds. */
const LOOK_MS = 20;

/** A server that does not answer a ping in time is passed over, and what it was handed goes to others; in milliseconds. */
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

/** Keeps a connection to a server, and looks for it again when it is lost. */
class Kept {
  session: ClientHttp2Session | undefined;

  constructor(private readonly port: number) {
    this.look();
  }

  private look(): void {
    const session = connectHttp2(`http://${host}:${this.port}`);
    // A process that was stopped is still connected to: only what answers is there.
    session.on('connect', () => watch(session, () => (this.session = session)));
    session.on('error', () => undefined);
    session.once('close', () => {
      this.session = undefined;
      setTimeout(() => this.look(), LOOK_MS);
    });
  }
}

/** Pings a server as long as it answers; says when it has answered first. */
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
  // An answer that ended because its server died is no answer.
  request.once('close', () => {
    if (request.rstCode !== constants.NGHTTP2_NO_ERROR || !request.readableEnded) cut();
  });
  stream.once('close', () => request.close(constants.NGHTTP2_CANCEL));
  stream.pipe(request);
  request.pipe(stream);
}

for (const balanced of read(process.env['BALANCED'])) balanceConnections(balanced, host);
// What knows no users is reachable from this machine alone, whatever HOST says.
for (const balanced of read(process.env['BALANCED_LOCAL'])) balanceConnections(balanced, '127.0.0.1');
for (const balanced of read(process.env['BALANCED_HTTP2'])) balanceRequests(balanced);
