import { createServer } from 'node:http';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { withFactDelivery } from './fact-delivery.js';
import type { Timeline } from '../core/timeline.js';

/** An engine's ingress that accepts everything. */
let engine: Server;
let url: string;
let accepted: unknown[];

beforeEach(async () => {
  accepted = [];
  engine = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      accepted.push([request.url, JSON.parse(Buffer.concat(chunks).toString())]);
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
  it('are not handed to the engine when they are stored soon', async () => {
    await timeline(() => Promise.resolve()).record(identity, []);
    expect(accepted).toEqual([]);
  });

  it.each([
    ['cannot be stored', () => Promise.reject(new Error('The database is unavailable'))],
    ['are not stored soon', () => new Promise<void>(() => undefined)],
  ])('are accepted by the engine for delivery when they %s', async (_, record) => {
    await timeline(record).record(identity, []);
    expect(accepted).toEqual([['/SagaScribe/record/send', { identity, facts: [] }]]);
  });

  it('keep the saga from ending when the engine does not accept them, either', async () => {
    const lost = timeline(() => Promise.reject(new Error('The database is unavailable')));
    await stopEngine();
    await expect(lost.record(identity, [])).rejects.toThrow();
  });
});
