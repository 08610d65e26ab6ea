import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { useTemporaryFolder } from '@bff/testing';
import { Logger } from '@nestjs/common';
import type { ScenarioWorld } from '@bff/testing';
import WebSocket from 'ws';
import { SignJWT } from 'jose';
import { BFF_SECRET, startBffWorld } from '../../bff.fixture.js';
import { TRANSPORTS } from './subscriptions.fixture.js';
import type { SubscriptionClient, Parts } from './subscriptions.fixture.js';

const PROGRESS = 'subscription Progress($id: ID!) { orderProgress(orderId: $id) { id } }';
const SILENT: Parts = { query: PROGRESS, variables: { id: 'unknown' } };

const manifest = join(useTemporaryFolder('manifest'), 'manifest.json');
writeFileSync(manifest, JSON.stringify({ progress: PROGRESS }));

let world: ScenarioWorld;
let logs: { readonly mock: { readonly calls: readonly unknown[] } }[];
const clients: SubscriptionClient[] = [];
beforeAll(async () => {
  world = await startBffWorld({
    TRUSTED_DOCUMENTS: manifest,
    ALLOW_UNTRUSTED_DOCUMENTS: 'true',
    SOCKET_IDLE_MS: '3000',
    MAX_SUBSCRIPTIONS_PER_VIEWER: '60',
  });
  logs = (['error', 'warn'] as const).map((level) => jest.spyOn(Logger.prototype, level).mockReturnValue(undefined));
});
afterEach(async () => {
  await Promise.all(clients.splice(0).map((client) => client.close()));
});
afterAll(async () => {
  await world.close();
  jest.restoreAllMocks();
});

describe.each(TRANSPORTS)('over $transport', ({ connect }) => {
  const open = async (as: string | null, claims: Parts = {}): Promise<SubscriptionClient> => {
    const client = await connect(world, as === null ? null : await world.createToken(as, claims));
    clients.push(client);
    return client;
  };

  it.each<readonly [string, Parts, string]>([
    ['text that is no GraphQL', { query: 'subscription {' }, 'GRAPHQL_PARSE_FAILED'],
    ['a field that there is not', { query: 'subscription { nothing }' }, 'GRAPHQL_VALIDATION_FAILED'],
    ['a query', { query: '{ __typename }' }, 'BAD_REQUEST'],
    ['nothing', {}, 'BAD_REQUEST'],
    ['an operation that is not in the document', { ...SILENT, operationName: 'Other' }, 'OPERATION_RESOLUTION_FAILURE'],
    ['null for a variable that must not be null', { query: PROGRESS, variables: { id: null } }, 'BAD_USER_INPUT'],
    ['a variable of another type', { query: PROGRESS, variables: { id: {} } }, 'BAD_USER_INPUT'],
    ['an id that is none', { query: PROGRESS, variables: { id: ' ' } }, 'BAD_USER_INPUT'],
    ['a hash that is not known', { documentId: 'other' }, 'PERSISTED_QUERY_NOT_FOUND'],
  ])('%s is rejected with the same error as over every transport, and not logged', async (_, parts, code) => {
    const client = await open('ada');
    expect(await client.subscribe(parts)).toMatchObject({ code });
    expect(logs.flatMap(({ mock }) => mock.calls)).toEqual([]);
  });

  it('a subscription that needs a viewer is rejected without a token', async () => {
    expect(await (await open(null)).subscribe(SILENT)).toMatchObject({ code: 'UNAUTHENTICATED' });
  });

  it('a trusted document is asked for by its hash', async () => {
    const client = await open('ada');
    const variables = { id: 'unknown' };
    expect(await client.subscribe({ documentId: 'progress', variables }, 300)).toBe('open');
    expect(await client.subscribe({ documentId: 'progress', variables: {} })).toMatchObject({ code: 'BAD_USER_INPUT' });
  });

  it('a subscription ends with the token that opened it', async () => {
    const exp = Math.floor(Date.now() / 1_000) + 2;
    const client = await connect(world, await tokenUntil(exp));
    clients.push(client);
    expect(await client.subscribe(SILENT)).toEqual({
      code: 'UNAUTHENTICATED',
      message: 'The token has expired: get a new one.',
    });
    expect(Date.now()).toBeGreaterThanOrEqual(exp * 1_000);
  });

  it('a viewer may have as many as the limit allows, over all connections together', async () => {
    const viewer = `many-${connect.name}`;
    const connections = await Promise.all([open(viewer), open(viewer)]);
    const rejected: unknown[] = [];
    for (const one of connections)
      for (let nth = 0; nth < 35; nth++)
        void one.subscribe(SILENT).then((came) => {
          if (came !== 'completed') rejected.push(came);
        });
    for (const until = Date.now() + 20_000; rejected.length < 10 && Date.now() < until;) await sleep(20);
    await sleep(200);
    expect(rejected).toEqual(Array.from({ length: 10 }, () => expect.objectContaining({ code: 'TOO_MANY_REQUESTS' })));
    // Another viewer has a limit of its own, and this one may subscribe again once some have ended.
    expect(await (await open('bob')).subscribe(SILENT, 100)).toBe('open');
    await connections[1].close();
    for (const until = Date.now() + 10_000; Date.now() < until;)
      if ((await connections[0].subscribe(SILENT, 100)) === 'open') return;
    throw new Error('The place was not released');
  });
});

function tokenUntil(exp: number): Promise<string> {
  const token = new SignJWT({ roles: ['operator'] }).setProtectedHeader({ alg: 'HS256' }).setSubject('ada');
  return token.setExpirationTime(exp).sign(new TextEncoder().encode(BFF_SECRET));
}

/** A WebSocket without a client library. */
async function rawSocket(protocol = 'graphql-transport-ws'): Promise<WebSocket> {
  const socket = new WebSocket(world.graphqlUrl.replace('http', 'ws'), protocol);
  await new Promise((resolve, reject) => socket.once('open', resolve).once('error', reject));
  return socket;
}

const waitForClose = (socket: WebSocket): Promise<number> => new Promise((resolve) => socket.once('close', resolve));

describe('a WebSocket', () => {
  it('may have 50 subscriptions', async () => {
    const client = await TRANSPORTS[0].connect(world, await world.createToken('carol'));
    clients.push(client);
    const taken = await Promise.all(Array.from({ length: 50 }, () => client.subscribe(SILENT, 500)));
    expect(new Set(taken)).toEqual(new Set(['open']));
    expect(await client.subscribe(SILENT)).toMatchObject({ code: 'LIMIT_EXCEEDED' });
  });

  it('without a subscription is closed after a while', async () => {
    const socket = await rawSocket();
    socket.send('{"type":"connection_init"}');
    expect(await waitForClose(socket)).toBe(1000);
  });

  it.each([
    ['text that is no JSON', '{', 4400],
    ['a message of no type', '{"type":"nothing"}', 4400],
    ["a message that is a server's", '{"type":"complete"}', 4400],
    ['a message that only servers send', '{"id":"1","type":"next","payload":{}}', 4400],
    ['a subscription before it has said who it is', '{"id":"1","type":"subscribe","payload":{"query":"{ a }"}}', 4401],
    ['more than a subscription can be', ' '.repeat(70_000), 1009],
  ])('is closed for %s, and nothing is logged', async (_, text, code) => {
    const errors = jest.spyOn(console, 'error').mockReturnValue(undefined);
    const socket = await rawSocket();
    socket.send(text);
    expect(await waitForClose(socket)).toBe(code);
    expect(errors.mock.calls).toEqual([]);
    expect(logs.flatMap(({ mock }) => mock.calls)).toEqual([]);
    errors.mockRestore();
  });

  it('is closed with the error code for a malformed token', async () => {
    const socket = await rawSocket();
    socket.send('{"type":"connection_init","payload":{"authorization":"Bearer nonsense"}}');
    const reason = new Promise((resolve) => socket.once('close', (code, text) => resolve([code, text.toString()])));
    expect(await reason).toEqual([4403, 'UNAUTHENTICATED']);
  });
});
