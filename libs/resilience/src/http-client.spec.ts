import { createServer } from 'node:http';
import type { RequestListener, Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from '@jest/globals';
import { isAxiosError } from 'axios';
import type { DownstreamPolicy } from './downstream-policy.js';
import { HttpClient } from './http-client.js';

let server: Server | undefined;
afterEach(async () => {
  server?.closeAllConnections();
  await new Promise((resolve) => (server ? server.close(resolve) : resolve(undefined)));
  server = undefined;
});

/** A client of a server that answers as given. */
async function clientOf(
  answer: RequestListener,
  timeoutMs = 300,
  more: Partial<DownstreamPolicy> = {},
): Promise<HttpClient> {
  const listening = (server = createServer(answer));
  await new Promise<void>((resolve) => listening.listen(0, '127.0.0.1', resolve));
  const { port } = listening.address() as AddressInfo;
  return new HttpClient({
    downstream: 'catalog',
    url: `http://127.0.0.1:${port}`,
    timeoutMs,
    maxBytes: 1_000,
    retries: 0,
    maxConcurrent: 8,
    maxQueued: 8,
    coalesce: false,
    ...more,
  });
}

const get = { method: 'GET', path: '/products?ids=1' } as const;

describe('the client of a downstream', () => {
  it('gives back the answer, a business no as well', async () => {
    const client = await clientOf((request, response) => {
      response.statusCode = request.method === 'PUT' ? 409 : 200;
      response.end(JSON.stringify({ asked: request.url }));
    });
    await expect(client.send(get)).resolves.toMatchObject({ status: 200, body: { asked: '/products?ids=1' } });
    await expect(client.send({ method: 'PUT', path: '/x', body: {} })).resolves.toMatchObject({
      status: 409,
      body: { asked: '/x' },
    });
  });

  it('sends its deadline to the downstream', async () => {
    const client = await clientOf((request, response) =>
      response.end(JSON.stringify(request.headers['x-request-deadline'])),
    );
    const deadline = Date.now() + 200;
    await expect(client.send(get, { deadline })).resolves.toMatchObject({ body: String(deadline) });
  });

  it('ends a call that drips at its deadline, although something keeps coming', async () => {
    const client = await clientOf((_request, response) => {
      const drip = setInterval(() => response.write(' '), 20);
      response.on('close', () => {
        clearInterval(drip);
      });
    });
    await expect(client.send(get)).rejects.toMatchObject({
      code: 'DOWNSTREAM_TIMEOUT',
      downstream: 'catalog',
      retryable: true,
    });
  });

  it('does not call at all when no time is left', async () => {
    let calls = 0;
    const client = await clientOf((_request, response) => {
      calls++;
      response.end('{}');
    });
    await expect(client.send(get, { deadline: Date.now() - 1 })).rejects.toMatchObject({ code: 'DOWNSTREAM_TIMEOUT' });
    expect(calls).toBe(0);
  });

  it('frees the socket when the caller does not need the answer any more', async () => {
    const caller = new AbortController();
    let closed: Promise<unknown> = Promise.resolve();
    const client = await clientOf((request) => {
      closed = new Promise((resolve) => request.socket.once('close', resolve));
      caller.abort();
    }, 20_000);
    await expect(client.send(get, { signal: caller.signal })).rejects.toMatchObject({ code: 'DOWNSTREAM_UNAVAILABLE' });
    await closed;
  });

  it.each([
    [
      'a reset',
      (_: unknown, response: { socket: { resetAndDestroy(): void } | null }) => response.socket?.resetAndDestroy(),
    ],
    [
      'an answer that is cut',
      (_: unknown, response: { writeHead(s: number, h: object): { write(t: string): void }; destroy(): void }) => {
        response.writeHead(200, { 'content-length': 100 }).write('{"items":');
        setImmediate(() => {
          response.destroy();
        });
      },
    ],
  ])('calls %s DOWNSTREAM_UNAVAILABLE', async (_what, answer) => {
    const client = await clientOf(answer as RequestListener);
    await expect(client.send(get)).rejects.toMatchObject({ code: 'DOWNSTREAM_UNAVAILABLE', retryable: true });
  });

  it('calls a refused connection DOWNSTREAM_UNAVAILABLE', async () => {
    const client = await clientOf(() => undefined);
    await new Promise((resolve) => server?.close(resolve));
    await expect(client.send(get)).rejects.toMatchObject({
      code: 'DOWNSTREAM_UNAVAILABLE',
      message: 'catalog could not be reached for GET /products: ECONNREFUSED',
    });
  });

  it.each([
    [500, undefined, undefined],
    [503, '2', 2_000],
    [429, '0.5', 500],
    [408, undefined, undefined],
    [425, undefined, undefined],
    [503, 'Wed, 21 Oct 2015 07:28:00 GMT', 0],
    [503, 'soon', undefined],
  ])('calls a %i DOWNSTREAM_UNAVAILABLE and keeps when to come back', async (status, retryAfter, retryAfterMs) => {
    const client = await clientOf((_request, response) => {
      if (retryAfter !== undefined) response.setHeader('retry-after', retryAfter);
      response.statusCode = status;
      response.end('oops');
    });
    await expect(client.send(get)).rejects.toMatchObject({ code: 'DOWNSTREAM_UNAVAILABLE', status, retryAfterMs });
  });

  it('calls an answer that is no JSON CONTRACT_VIOLATION, which a retry does not fix', async () => {
    const client = await clientOf((_request, response) => response.end('<html>'));
    await expect(client.send(get)).rejects.toMatchObject({ code: 'CONTRACT_VIOLATION', retryable: false });
  });

  it('does not read an answer that is too large', async () => {
    let calls = 0;
    const large: RequestListener = (_request, response) => {
      calls += 1;
      response.end(JSON.stringify('x'.repeat(2_000)));
    };
    const client = await clientOf(large, 5_000, { retries: 3 });
    const message =
      'catalog answered 200 to GET /products with a body that cannot be used: it has more than 1000 bytes';
    await expect(client.send(get)).rejects.toMatchObject({ code: 'CONTRACT_VIOLATION', retryable: false, message });
    expect(calls).toBe(1);
  });

  it('follows no redirect to another place', async () => {
    const client = await clientOf((_request, response) => {
      response.writeHead(302, { location: 'http://127.0.0.1:1/' }).end('{}');
    });
    await expect(client.send(get)).resolves.toMatchObject({ status: 302 });
  });
});

describe("axios' interceptors", () => {
  it('see every request before it is sent, every answer, and errors of their own kind', async () => {
    const client = await clientOf((request, response) => response.end(JSON.stringify(request.headers['x-trace'])));
    const seen: unknown[] = [];
    client.interceptors.request.use((config) => {
      config.headers.set('x-trace', `${config.method ?? ''} ${config.url ?? ''}`);
      return config;
    });
    client.interceptors.response.use(
      (response) => {
        seen.push(response.status);
        return response;
      },
      (error: unknown) => {
        if (isAxiosError(error)) seen.push([error.code, error.config?.url, error.config?.headers.get('accept')]);
        throw error;
      },
    );
    await expect(client.send(get)).resolves.toMatchObject({ body: 'get /products?ids=1' });
    server?.closeAllConnections();
    server?.close();
    await expect(client.send(get)).rejects.toMatchObject({ code: 'DOWNSTREAM_UNAVAILABLE' });
    expect(seen).toEqual([200, ['ECONNREFUSED', '/products?ids=1', 'application/json']]);
  });

  it('are not needed for errors to be what they are', async () => {
    const client = await clientOf((_request, response) => response.end('{}'));
    server?.closeAllConnections();
    server?.close();
    const error = await client.send(get).then(undefined, (error: unknown) => error);
    const { cause } = error as Error;
    expect(isAxiosError(cause) && [cause.code, cause.config?.url, cause.config?.headers.get('accept')]).toEqual([
      'ECONNREFUSED',
      '/products?ids=1',
      'application/json',
    ]);
  });
});
