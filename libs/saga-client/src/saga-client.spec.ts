import { createServer } from 'node:http';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from '@jest/globals';
import { EngineUnavailable } from './engine-error.js';
import { SagaClient } from './saga-client.js';

const SAGA = { name: 'Purchase' };
const input = { request: 'tea', fingerprint: 'f' };

let engine: Server | undefined;
let asked: string[] = [];

type Answer = (request: IncomingMessage, response: ServerResponse) => void;

/** Starts an engine's ingress that handles each request like this. */
async function startEngine(answer: Answer): Promise<SagaClient> {
  asked = [];
  engine = createServer((request, response) => {
    asked.push(request.url ?? '');
    request.resume().once('end', () => answer(request, response));
  });
  await new Promise<void>((resolve) => engine?.listen(0, '127.0.0.1', resolve));
  return new SagaClient(toUrl(engine));
}

function toUrl(server: Server): string {
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

function stop(): Promise<void> {
  engine?.closeAllConnections();
  return new Promise((resolve) => (engine ? engine.close(() => resolve()) : resolve()));
}

afterEach(async () => {
  await stop();
  engine = undefined;
});

const answers =
  (status: number, body: object): Answer =>
  (_, response) =>
    void response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));

describe('a saga that is submitted to the engine', () => {
  it('was certainly not received when nothing listens there', async () => {
    const client = await startEngine(() => undefined);
    await stop();
    await expect(client.run(SAGA, 's-1', input, 0)).rejects.toThrow(EngineUnavailable);
    await expect(client.run(SAGA, 's-1', input, 100)).rejects.toThrow(EngineUnavailable);
  });

  it('was certainly not received when the engine rejects it', async () => {
    const client = await startEngine(answers(404, { message: 'service Purchase not found' }));
    await expect(client.run(SAGA, 's-1', input, 0)).rejects.toThrow(EngineUnavailable);
  });

  it.each<[string, Answer, number]>([
    ['does not answer', () => undefined, 0],
    ['does not answer a caller who waits', () => undefined, 100],
    ['cuts the connection', (request) => void request.socket.destroy(), 0],
    ['answers with a server error', answers(500, { message: 'no leader' }), 0],
  ])('may have been received when the engine %s', async (_, answer, waitMs) => {
    const client = await startEngine(answer);
    expect(await client.run(SAGA, 's-1', input, waitMs)).toEqual({ how: 'notConfirmed', ended: undefined });
  });

  it('may have been received when the engine received it and stopped before it was sent again', async () => {
    const client = await startEngine((request) => {
      request.socket.destroy();
      void stop();
    });
    expect(await client.run(SAGA, 's-1', input, 0)).toEqual({ how: 'notConfirmed', ended: undefined });
  });
});

describe('the id of a saga', () => {
  it.each(['.', '..', 'a/b'])('that would lead to another address is not sent: %s', async (id) => {
    const client = await startEngine(answers(200, {}));
    await expect(client.run(SAGA, id, input, 100)).rejects.toThrow(RangeError);
    await expect(client.exists(SAGA, id)).rejects.toThrow(RangeError);
    await expect(
      client.decide(SAGA, id, { action: 'RETRY', by: 'olga', why: 'because', result: null }),
    ).rejects.toThrow(RangeError);
    expect(asked).toEqual([]);
  });
});
