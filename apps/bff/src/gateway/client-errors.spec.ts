import { afterAll, afterEach, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { Logger } from '@nestjs/common';
import type { ScenarioWorld } from '@bff/testing';
import { startBffWorld } from '../bff.fixture.js';

let world: ScenarioWorld;
beforeAll(async () => {
  world = await startBffWorld({ COMPILE_AFTER_EXECUTIONS: '0' });
});
afterAll(() => world.close());
afterEach(() => {
  jest.restoreAllMocks();
});

interface Answer {
  readonly status: number;
  readonly code: unknown;
  readonly message: string | undefined;
}

/** Sends a request, and expects that nothing is logged: an error of the client is no failure of the BFF. */
async function send(init: RequestInit, path = '', headers: Record<string, string> = {}): Promise<Answer> {
  const logs = (['error', 'warn'] as const).map((level) =>
    jest.spyOn(Logger.prototype, level).mockReturnValue(undefined),
  );
  const response = await fetch(world.graphqlUrl + path, {
    ...init,
    headers: { ...(init.body !== undefined && { 'content-type': 'application/json' }), ...headers },
  });
  const { errors = [] } = (await response.json()) as {
    readonly errors?: readonly { readonly message: string; readonly extensions: Readonly<Record<string, unknown>> }[];
  };
  expect(logs.flatMap(({ mock }) => mock.calls)).toEqual([]);
  return { status: response.status, code: errors[0]?.extensions['code'], message: errors[0]?.message };
}

const post = (body: unknown, headers: Record<string, string> = {}): Promise<Answer> =>
  send({ method: 'POST', body: typeof body === 'string' ? body : JSON.stringify(body) }, '', headers);

describe('an operation that cannot be resolved', () => {
  it.each([
    ['has a name that is not in the document', { query: 'query A { __typename }', operationName: 'B' }],
    ['has an empty name', { query: '{ __typename }', operationName: '' }],
    ['is one of two, and none is named', { query: 'query A { __typename } query B { __typename }' }],
  ])('is rejected when it %s, at every request', async (_, body) => {
    for (let time = 0; time < 3; time++)
      expect(await post(body)).toMatchObject({ status: 400, code: 'OPERATION_RESOLUTION_FAILURE' });
  });
});

describe('a persisted query', () => {
  const query = '{ __typename }';
  it.each([
    ['of another hash', { version: 1, sha256Hash: 'f'.repeat(64) }],
    ['of another version', { version: 2, sha256Hash: 'f'.repeat(64) }],
  ])('%s is a bad request', async (_, persistedQuery) => {
    expect(await post({ query, extensions: { persistedQuery } })).toMatchObject({ status: 400, code: 'BAD_REQUEST' });
  });
});

describe('a subscription that is sent as an ordinary request', () => {
  it('gets an error that says where subscriptions are served', async () => {
    const query = 'subscription { orderProgress(orderId: "o-1") { id } }';
    expect(await post({ query })).toEqual({
      status: 400,
      code: 'BAD_REQUEST',
      message:
        'Subscriptions are served over WebSocket at /graphql (graphql-transport-ws) and as server-sent events at /graphql/stream.',
    });
  });
});

describe('a client error', () => {
  it('is counted, and not logged', async () => {
    expect(await post({ query: '{ accountPage { id } }' })).toMatchObject({ status: 200, code: 'UNAUTHENTICATED' });
    const metrics = await (await fetch(new URL('/metrics', world.graphqlUrl))).text();
    expect(metrics).toMatch(/graphql_errors_total\{code="UNAUTHENTICATED"\} [1-9]/);
  });

  describe.each([
    ['an argument', 'query ($id: ID!) { productPage(productId: $id) { id } }', (id: unknown) => ({ id })],
    [
      'a field of an input',
      'query ($lines: [OrderLineInput!]!) { checkoutPage(lines: $lines) { lines { productId } } }',
      (id: unknown) => ({ lines: [{ productId: id, quantity: 1 }] }),
    ],
  ])('may be a number as an id that JSON does not carry exactly, in %s', (_, query, variables) => {
    // JSON.stringify would round it before it is sent.
    it.each(['9007199254740992', '9007199254740993', '1e300', '-9007199254740993'])('%s', async (number) => {
      const body = JSON.stringify({ query, variables: variables('ID') }).replace('"ID"', number);
      for (let time = 0; time < 3; time++)
        expect(await post(body)).toMatchObject({ status: 400, code: 'BAD_USER_INPUT' });
      const literal = `{ productPage(productId: ${number.replace('1e300', '9007199254740993')}) { id } }`;
      expect(await post({ query: literal })).toMatchObject({ status: 400, code: 'GRAPHQL_VALIDATION_FAILED' });
    });
  });

  it.each(['.', '..'])('may be the id %s, which is a path segment with a meaning', async (id) => {
    const headers = { authorization: `Bearer ${await world.createToken('ada')}` };
    const query = 'mutation ($id: ID!) { cancelOrder(input: { orderId: $id }) { __typename } }';
    expect(await post({ query, variables: { id } }, headers)).toMatchObject({ code: 'BAD_USER_INPUT' });
  });

  it('may be null for a variable that must not be null', async () => {
    const query = 'query ($id: ID = "o-1") { orderPage(orderId: $id) { id } }';
    expect(await post({ query, variables: { id: null } })).toMatchObject({ code: 'BAD_USER_INPUT' });
  });

  it.each([
    ['a body that is no JSON', 400, 'BAD_REQUEST', () => post('{"query":')],
    ['a body of another type', 415, 'BAD_REQUEST', () => post('query', { 'content-type': 'application/xml' })],
    ['no body', 400, 'BAD_REQUEST', () => post('')],
    ['a body that is too large', 413, 'LIMIT_EXCEEDED', () => post({ query: ' '.repeat(300_000) })],
    ['an address that is none', 404, 'BAD_REQUEST', () => send({ method: 'POST', body: '{}' }, '/nothing')],
    ['an address that cannot be decoded', 400, 'BAD_REQUEST', () => send({ method: 'GET' }, '/%E0%A4%A')],
    ['a method that GraphQL does not have', 405, 'BAD_REQUEST', () => send({ method: 'DELETE' })],
  ])('may be %s: %i %s', async (_, status, code, ask) => {
    expect(await ask()).toMatchObject({ status, code });
  });
});

describe('a stream', () => {
  const stream = (method: string, headers: Record<string, string>, body?: string) =>
    send({ method, ...(body !== undefined && { body }) }, '/stream', { accept: 'text/event-stream', ...headers });
  it.each([
    ['of a method that there is not', 405, () => stream('DELETE', {})],
    ['of a type that no stream has', 406, () => stream('POST', { accept: 'image/png' }, '{}')],
    ['for text', 415, () => stream('POST', { 'content-type': 'text/plain' }, '{}')],
    ['for what no parser knows', 415, () => stream('POST', { 'content-type': 'nonsense' }, '{}')],
    ['for half of a JSON text', 400, () => stream('POST', {}, '{')],
    ['for a list', 400, () => stream('POST', {}, '[]')],
    ['for a query that is a number', 400, () => stream('POST', {}, '{"query":5}')],
    ['for variables that are a list', 400, () => stream('POST', {}, '{"query":"{ a }","variables":[]}')],
  ])('%s is rejected with %i', async (_, status, ask) => {
    expect(await ask()).toMatchObject({ status, code: 'BAD_REQUEST' });
  });
});
