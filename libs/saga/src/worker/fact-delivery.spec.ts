import { createServer } from 'node:http';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { withFactDelivery } from './fact-delivery.js';
import type { Timeline } from '../core/timeline.js';

/** An engine's ingress that takes whatever it is sent. */
let engine: Server;
let url: string;
let taken: unknown[];

beforeEach(async () => {
  taken = [];
  engine = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      taken.push([request.url, JSON.parse(Buffer.concat(chunks).toString())]);
      response.writeHead(202, { 'content-type': 'application/json' });
      response.end('{"invocationId":"inv_1","status":"Accepted"}');
    });
  });
  await new Promise<void>((resolve) => engine.listen(0, '127.0.0.1', resolve));
  url = `http://127.0.0.1:${(engine.address() as AddressInfo).port}`;
});
afterEach(() => stopEngine());

function stopEngine(): Promise<void> {
  engine.closeAllConnections();
  return new Promise((resolve) => {
    engine.close(() => {
      resolve();
    });
  });
}

const identity = { sagaId: 's-1', saga: 'Purchase', version: 1, subject: 'ada' };
const timeline = (record: Timeline['record']): Timeline => withFactDelivery({ enqueue: () => undefined, record }, url);

describe('the facts of a saga that has ended', () => {
  it('are not brought to the engine when they are written soon', async () => {
    await timeline(() => Promise.resolve()).record(identity, []);
    expect(taken).toEqual([]);
  });

  it.each([
    ['cannot be written', () => Promise.reject(new Error('The database is away'))],
    ['are not written soon', () => new Promise<void>(() => undefined)],
  ])('are taken by the engine for a scribe when they %s', async (_, record) => {
    await timeline(record).record(identity, []);
    expect(taken).toEqual([['/SagaScribe/record/send', { identity, facts: [] }]]);
  });

  it('keep the saga from ending when nobody takes them', async () => {
    const lost = timeline(() => Promise.reject(new Error('The database is away')));
    await stopEngine();
    await expect(lost.record(identity, [])).rejects.toThrow();
  });
});
