import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createPoolFetch } from './pool-fetch.js';

const sockets = new Set<unknown>();
const server = createServer((request, response) => {
  sockets.add(request.socket);
  if (request.url === '/hang') return;
  const chunks: Buffer[] = [];
  request.on('data', (chunk: Buffer) => chunks.push(chunk));
  request.on('end', () => {
    response.writeHead(Number(request.headers['x-status'] ?? 200), { 'x-seen': `${request.method} ${request.url}` });
    response.end(Buffer.concat(chunks));
  });
});
let url: string;
let ask: typeof fetch;
beforeAll(async () => {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  ask = createPoolFetch(url);
});
afterAll(() => {
  server.closeAllConnections();
  server.close();
});

describe('a fetch over a pool', () => {
  it('brings status, headers and body, whatever the status is', async () => {
    const answer = await ask(`${url}/a/b?c=d`, { method: 'POST', headers: { 'x-status': '418' }, body: 'tea' });
    expect([answer.ok, answer.status, answer.headers.get('x-seen')]).toEqual([false, 418, 'POST /a/b?c=d']);
    expect(await answer.text()).toBe('tea');
  });

  it('sends bytes, and reads them', async () => {
    const answer = await ask(`${url}/`, { method: 'PUT', body: new Uint8Array([0, 255]) });
    expect([answer.ok, new Uint8Array(await answer.arrayBuffer())]).toEqual([true, new Uint8Array([0, 255])]);
  });

  it('keeps its connections', async () => {
    sockets.clear();
    for (let nth = 0; nth < 10; nth++) await (await ask(`${url}/`)).text();
    // An answer may be there a moment before its connection is free again.
    expect(sockets.size).toBeLessThanOrEqual(2);
  });

  it('ends when its signal says so', async () => {
    const signal = AbortSignal.timeout(50);
    await expect(ask(`${url}/hang`, { signal })).rejects.toMatchObject({ name: 'TimeoutError' });
    await expect(ask(`${url}/hang`, { signal })).rejects.toMatchObject({ name: 'TimeoutError' });
  });

  it('says that the server is not there', async () => {
    const gone = createServer();
    await new Promise<void>((resolve) => gone.listen(0, '127.0.0.1', resolve));
    const address = `http://127.0.0.1:${(gone.address() as AddressInfo).port}`;
    await new Promise((resolve) => gone.close(resolve));
    await expect(createPoolFetch(address)(`${address}/`)).rejects.toMatchObject({ code: 'ECONNREFUSED' });
  });
});
