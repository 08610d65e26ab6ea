import { createServer } from 'node:http';
import type { IncomingHttpHeaders, RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { brotliCompressSync, deflateRawSync, deflateSync, gzipSync } from 'node:zlib';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { HttpClient } from '../http-client.js';

/** What a downstream may send, and what becomes of it: over a real socket, byte for byte. */
const BODY = { items: [{ id: 'a', name: 'Lakkalik\u00F6\u00F6ri \u{1F375}' }] };
const TEXT = Buffer.from(JSON.stringify(BODY));
const JSON_TYPE = { 'content-type': 'application/json' };

let answer: RequestListener;
let calls: number;
let asked: IncomingHttpHeaders;
let client: HttpClient;
const server = createServer((request, response) => {
  calls += 1;
  asked = request.headers;
  answer(request, response);
});
beforeAll(() => new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve)));
afterAll(() => {
  server.closeAllConnections();
  server.close();
});
beforeEach(() => {
  calls = 0;
  client = new HttpClient({
    downstream: 'catalog',
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    timeoutMs: 10_000,
    maxBytes: 1_000,
    retries: 1,
    maxConcurrent: 8,
    maxQueued: 8,
    coalesce: false,
    parsedItemCacheChars: 10_000,
  });
});

const send = () => client.send({ method: 'GET', path: '/products' });

function answering(body: Buffer, headers: Record<string, string> = {}, status = 200): RequestListener {
  return (_, response) => void response.writeHead(status, { ...JSON_TYPE, ...headers }).end(body);
}

describe('an answer is read', () => {
  it.each<[string, RequestListener]>([
    ['in gzip', answering(gzipSync(TEXT), { 'content-encoding': 'gzip' })],
    ['in gzip, by its old name and in capitals', answering(gzipSync(TEXT), { 'content-encoding': 'X-GZIP' })],
    ['in brotli', answering(brotliCompressSync(TEXT), { 'content-encoding': 'br' })],
    ['in deflate', answering(deflateSync(TEXT), { 'content-encoding': 'deflate' })],
    ['in raw deflate', answering(deflateRawSync(TEXT), { 'content-encoding': 'deflate' })],
    ['in two encodings', answering(gzipSync(brotliCompressSync(TEXT)), { 'content-encoding': 'br, gzip' })],
    ['in no encoding, said aloud', answering(TEXT, { 'content-encoding': 'identity' })],
    ['after a byte order mark', answering(Buffer.concat([Buffer.from([0xef, 0xbb, 0xbf]), TEXT]))],
    ['with space around it', answering(Buffer.concat([Buffer.from('\n '), TEXT, Buffer.from(' \r\n')]))],
    ['with a charset', answering(TEXT, { 'content-type': 'application/json; charset=utf-8' })],
    ['with a charset that JSON does not have', answering(TEXT, { 'content-type': 'application/json;charset=latin1' })],
    ['without a type', (_, response) => void response.end(TEXT)],
    [
      'in chunks that cut a letter',
      (_, response) => {
        for (const byte of TEXT) response.write(Buffer.from([byte]));
        response.end();
      },
    ],
    [
      'after early hints',
      (_, response) => {
        response.writeEarlyHints({ link: '</a>; rel=preload' });
        response.writeProcessing();
        response.end(TEXT);
      },
    ],
  ])('%s', async (_, listener) => {
    answer = listener;
    await expect(send()).resolves.toMatchObject({ status: 200, body: BODY });
    expect([calls, asked['accept-encoding']]).toEqual([1, 'identity']);
  });
});

describe('an answer that would be the same again is the fault of who gave it, and is asked for once', () => {
  const bomb = gzipSync(Buffer.alloc(1_000_000, 0x20));
  it.each<[string, RequestListener, string]>([
    ['too large', answering(Buffer.alloc(2_000, 0x20)), 'more than 1000 bytes'],
    [
      'small, and too large without its encoding',
      answering(bomb, { 'content-encoding': 'gzip' }),
      'more than 1000 bytes',
    ],
    ['not in its encoding', answering(TEXT, { 'content-encoding': 'gzip' }), 'not what gzip makes'],
    ['in an unknown encoding', answering(TEXT, { 'content-encoding': 'rot13' }), '"rot13" is not known'],
    ['not UTF-8', answering(Buffer.from(JSON.stringify(BODY), 'latin1')), 'not UTF-8'],
    ['empty', answering(Buffer.alloc(0)), 'no JSON'],
    ['empty by its status', (_, response) => void response.writeHead(204).end(), '204'],
    ['a redirect', (_, response) => void response.writeHead(302, { location: '/' }).end('Moved'), '302'],
    ['cut short', answering(TEXT.subarray(0, 10)), 'no JSON'],
  ])('%s', async (_, listener, message) => {
    answer = listener;
    await expect(send()).rejects.toMatchObject({
      code: 'CONTRACT_VIOLATION',
      retryable: false,
      message: expect.stringContaining(message) as unknown,
    });
    expect(calls).toBe(1);
  });
});

describe('a transient status stays one, whatever its body', () => {
  const broken = { 'content-encoding': 'gzip' };
  it.each<[string, RequestListener]>([
    ['408', answering(TEXT, {}, 408)],
    ['425', answering(TEXT, {}, 425)],
    ['503 without a body', answering(Buffer.alloc(0), broken, 503)],
    ['502 in a broken encoding', answering(TEXT, broken, 502)],
    ['500 in another charset', answering(Buffer.from([0xff, 0xfe]), {}, 500)],
    ['503 that is too large', answering(Buffer.alloc(2_000, 0x20), {}, 503)],
    [
      'a reset in the middle',
      (_, response) =>
        void response.writeHead(200, { 'content-length': 99 }).write('{', () => response.socket?.resetAndDestroy()),
    ],
  ])('%s', async (_, listener) => {
    answer = listener;
    await expect(send()).rejects.toMatchObject({ code: 'DOWNSTREAM_UNAVAILABLE', retryable: true });
    expect(calls).toBe(2);
  });
});
