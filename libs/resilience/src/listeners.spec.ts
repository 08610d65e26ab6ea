import { getEventListeners } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { DownstreamPolicy } from './downstream-policy.js';
import { HttpClient } from './http-client.js';
import { createPoolFetch } from './transport/pool-fetch.js';

let status: number;
const server = createServer((_, response) => void response.writeHead(status).end('{}'));
let url: string;
let page: AbortController;

beforeEach(async () => {
  status = 200;
  page = new AbortController();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterEach(async () => {
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
});

function clientOf(more: Partial<DownstreamPolicy>): HttpClient {
  return new HttpClient({
    downstream: 'catalog',
    url,
    timeoutMs: 5_000,
    maxBytes: 1_000,
    retries: 0,
    maxConcurrent: 2,
    maxQueued: 64,
    coalesce: false,
    ...more,
  });
}

const listeners = (): number => getEventListeners(page.signal, 'abort').length;

describe('a signal that outlives many calls', () => {
  it.each<[string, Partial<DownstreamPolicy>, number]>([
    ['reads that are shared', { coalesce: true }, 200],
    ['reads that are not', {}, 200],
    ['reads that are tried again', { retries: 1 }, 503],
    ['shared reads that fail', { coalesce: true, retries: 1 }, 503],
  ])('keeps no listener of %s', async (_, more, answered) => {
    status = answered;
    const client = clientOf(more);
    for (let round = 0; round < 10; round++)
      await Promise.allSettled(
        ['/a', '/a', '/a', '/b', '/c', '/d'].map((path) =>
          client.send({ method: 'GET', path }, { signal: page.signal }),
        ),
      );
    expect(listeners()).toBe(0);
  });

  it('keeps no listener of calls of the engine', async () => {
    const ask = createPoolFetch(url);
    for (let call = 0; call < 10; call++) await (await ask(`${url}/`, { signal: page.signal })).text();
    // The last answer may have been read a moment before its call lets go of the signal.
    expect(listeners()).toBeLessThanOrEqual(1);
  });
});
