import { once } from 'node:events';
import { connect } from 'node:net';
import type { AddressInfo, Socket } from 'node:net';
import { text } from 'node:stream/consumers';
import { afterEach, describe, expect, it } from '@jest/globals';
import Fastify from 'fastify';
import type { FastifyInstance } from 'fastify';
import { limitConnections, DEFAULT_BOUNDS, createFastifyOptions, toProblem } from './index.js';
import type { ServerBounds } from './index.js';

let server: FastifyInstance;
let served = 0;
/** Requests for /slow are answered once it resolves. */
let slow = Promise.withResolvers<void>();
afterEach(() => server.close());

async function start(bounds: Partial<ServerBounds> = {}): Promise<void> {
  const all = { ...DEFAULT_BOUNDS, ...bounds };
  server = Fastify({ ...createFastifyOptions(all, toProblem) });
  served = 0;
  slow = Promise.withResolvers();
  limitConnections(server, all, toProblem);
  server.post('/', () => ({ served: ++served }));
  server.get('/slow', async () => {
    served += 1;
    await slow.promise;
    return { answered: true };
  });
  await server.listen({ port: 0, host: '127.0.0.1' });
}

async function open(sends = ''): Promise<Socket> {
  const socket = connect((server.server.address() as AddressInfo).port, '127.0.0.1');
  socket.on('error', () => undefined);
  await once(socket, 'connect');
  if (sends !== '') socket.write(sends);
  return socket;
}

/** Everything that comes until the connection ends. */
async function heard(socket: Socket): Promise<string> {
  return text(socket).catch(String);
}

const HEAD = 'POST / HTTP/1.1\r\nhost: a\r\ncontent-type: application/json\r\ncontent-length: 200000\r\n';
const WHOLE = 'POST / HTTP/1.1\r\nhost: a\r\ncontent-type: application/json\r\ncontent-length: 2\r\n\r\n{}';

describe('a server', () => {
  it.each([
    ['sends half of its body', `${HEAD}\r\n{`],
    ['sends half of its headers', HEAD],
  ])('answers 408 and closes when a client %s, and a byte now and then', async (_, sends) => {
    await start({ REQUEST_TIMEOUT_MS: 300 });
    const sockets = await Promise.all(Array.from({ length: 20 }, () => open(sends)));
    const dripping = setInterval(() => {
      for (const socket of sockets) socket.write('a');
    }, 50);
    // Whoever sends while the connection is closed may see that alone.
    for (const answer of await Promise.all(sockets.map(heard)))
      expect(answer).toMatch(/^HTTP\/1.1 408 [^]*"The request did not arrive in time."|ECONNRESET|EPIPE/);
    clearInterval(dripping);
    expect(served).toBe(0);
  });

  it('closes a connection on which nothing ever comes', async () => {
    await start({ REQUEST_TIMEOUT_MS: 300 });
    expect(await heard(await open())).toMatch(/^HTTP\/1.1 408 /);
  });

  it('answers what is no HTTP in the form of its other answers', async () => {
    await start();
    expect(await heard(await open('nonsense\r\n\r\n'))).toContain('{"code":"BAD_REQUEST"');
  });

  it.each([
    ['MAX_CONNECTIONS', { MAX_CONNECTIONS: 2 }],
    ['MAX_CONNECTIONS_PER_ADDRESS', { MAX_CONNECTIONS_PER_ADDRESS: 2 }],
  ])('refuses a connection beyond %s before it does anything, and has room again', async (limit, bounds) => {
    await start(bounds);
    const [first] = await Promise.all([open(), open()]);
    const refused = await heard(await open(WHOLE));
    expect(refused).toMatch(/^HTTP\/1.1 429 /);
    expect(refused).toContain(`"details":{"limit":"${limit}"}`);
    expect(await heard(await open())).toBe('');
    expect(served).toBe(0);
    first.destroy();
    for (const until = Date.now() + 5_000; served === 0 && Date.now() < until;) {
      const socket = await open(WHOLE);
      await once(socket, 'data');
      socket.destroy();
    }
    expect(served).toBe(1);
  });

  it('that is closed answers what has arrived, and cuts what has not', async () => {
    await start();
    const waiting = await open('GET /slow HTTP/1.1\r\nhost: a\r\n\r\n');
    const [body, headers, nothing] = await Promise.all([open(`${HEAD}\r\n{`), open(HEAD), open()]);
    while (served === 0) await new Promise((resolve) => setTimeout(resolve, 5));
    const closing = server.close();
    await Promise.all([body, headers, nothing].map(heard));
    slow.resolve();
    expect(await heard(waiting)).toContain('{"answered":true}');
    await closing;
  });
});
