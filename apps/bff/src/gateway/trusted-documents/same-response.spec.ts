import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { runScenario, useTemporaryFolder } from '@bff/testing';
import type { BffScenario, ScenarioWorld } from '@bff/testing';
import { startBffWorld } from '../../bff.fixture.js';

const manifest = join(useTemporaryFolder('manifest'), 'manifest.json');

/** The same BFF four times. One compiles every query at its first request, and one compiles none. */
let compiling: ScenarioWorld;
let standard: ScenarioWorld;
/** Executes trusted documents only. */
let trusting: ScenarioWorld;
/** The same with GRAPHQL_FAST_PATH=off. */
let switchedOff: ScenarioWorld;
beforeAll(async () => {
  writeFileSync(manifest, JSON.stringify(DOCUMENTS));
  [compiling, standard, trusting, switchedOff] = await Promise.all([
    startBffWorld({ COMPILE_AFTER_EXECUTIONS: '0' }),
    startBffWorld({ COMPILE_AFTER_EXECUTIONS: '1000000' }),
    startBffWorld({ TRUSTED_DOCUMENTS: manifest, ALLOW_UNTRUSTED_DOCUMENTS: 'false' }),
    startBffWorld({ TRUSTED_DOCUMENTS: manifest, GRAPHQL_FAST_PATH: 'off', COMPILE_AFTER_EXECUTIONS: '0' }),
  ]);
});
afterAll(() => Promise.all([compiling, standard, trusting, switchedOff].map((world) => world.close())));

interface Case {
  readonly name: string;
  readonly query: string;
  readonly variables?: object;
  readonly as?: string | null;
  readonly arrange?: (t: BffScenario) => void;
}

const LINES = 'lines { quantity product { name price { amount } } }';

const CREATE_ORDER = `mutation Buy($input: CreateOrderInput!) {
  createOrder(input: $input) { __typename ... on OrderConfirmed { orderId total { amount } } }
}`;
const ORDER = {
  idempotencyKey: 'same',
  lines: [{ productId: 'mug', quantity: 1 }],
  shippingAddressId: 'ada-home',
  paymentMethodId: 'ada-card',
  waitMs: 0,
};

const CASES: readonly Case[] = [
  {
    name: 'a whole page',
    query: `{ orderPage(orderId: "o-1") { id status placedAt ${LINES} sections { name state } } }`,
  },
  {
    name: 'aliases, fragments and variables',
    query: `query Two($id: ID!, $more: Boolean!) {
      mine: orderPage(orderId: $id) { ...Lines total { amount } @include(if: $more) }
      theirs: orderPage(orderId: "o-2") { ...Lines }
    }
    fragment Lines on OrderPage { id ${LINES} customer @skip(if: $more) { companyName } }`,
    variables: { id: 'o-1', more: true },
  },
  {
    name: 'a section whose service is down',
    query: `{ orderPage(orderId: "o-1") { id customer { companyName } ${LINES} sections { name state reason } } }`,
    arrange: (t) => t.down('catalog'),
  },
  {
    name: 'a spine whose service is down',
    query: '{ orderPage(orderId: "o-1") { id } accountPage { id profile { companyName } } }',
    arrange: (t) => t.down('order'),
  },
  { name: 'a request without a token', query: '{ orderPage(orderId: "o-1") { id } }', as: null },
  {
    name: 'an argument that is out of bounds',
    query: '{ accountPage(orders: 1000) { id } catalogPage { categories { id } } }',
  },
  {
    name: 'an invalid variable',
    query: 'query ($n: Int!) { accountPage(orders: $n) { id } }',
    variables: { n: 'x' },
  },
  { name: 'a missing variable', query: 'query ($n: Int!) { accountPage(orders: $n) { id } }' },
  { name: 'an unknown field', query: '{ accountPage { nothing } }' },
  { name: 'text that is not a query', query: '{ accountPage' },
  { name: 'an order with an invalid wait', query: CREATE_ORDER, variables: { input: { ...ORDER, waitMs: -1 } } },
  { name: 'an order without its required fields', query: CREATE_ORDER, variables: { input: { idempotencyKey: 'k' } } },
  { name: 'an order without a token', query: CREATE_ORDER, variables: { input: ORDER }, as: null },
  { name: 'an order while the engine is unavailable', query: CREATE_ORDER, variables: { input: ORDER } },
  {
    name: 'two mutations in one document',
    query: `mutation ($input: CreateOrderInput!) { a: createOrder(input: $input) { __typename } b: createOrder(input: $input) { __typename } }`,
    variables: { input: ORDER },
  },
  { name: 'introspection', query: '{ __typename accountPage { __typename id } __type(name: "Money") { name } }' },
];

const SAME = { name: 'Same', query: 'query Same($id: ID!) { orderPage(orderId: $id) { id } }' };

const DOCUMENTS = Object.fromEntries([...CASES, SAME].map(({ name, query }) => [name, query]));

const HEADERS = ['content-type', 'cache-control', 'vary', 'access-control-allow-origin'];

/** Sends a case. The response without what differs from one request to the next. */
async function respondTo(
  world: ScenarioWorld,
  one: Case,
  body: object,
  more: Record<string, string> = {},
): Promise<unknown> {
  const { variables, as = 'ada', arrange, name } = one;
  let response: unknown;
  await runScenario(world, name, async (t) => {
    arrange?.(t);
    const received = await fetch(world.graphqlUrl, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        baggage: t.baggage,
        ...more,
        ...(as !== null && { authorization: `Bearer ${await world.createToken(as)}` }),
      },
      body: JSON.stringify({ ...body, variables }),
    });
    const headers = HEADERS.map((header) => received.headers.get(header));
    // Apollo Server ends its responses with a line break; the fast path does not.
    const text = (await received.text()).trimEnd().replaceAll(/"retryAfterMs":\d+/g, '"retryAfterMs":0');
    response = { status: received.status, headers, text };
  });
  return response;
}

/** Sends a request of ada's. */
async function sendTo(world: ScenarioWorld, name: string, init: RequestInit, search = ''): Promise<unknown> {
  let response: unknown;
  await runScenario(world, name, async (t) => {
    const received = await fetch(`${world.graphqlUrl}${search}`, {
      ...init,
      headers: {
        baggage: t.baggage,
        authorization: `Bearer ${await world.createToken('ada')}`,
        'content-type': 'application/json',
        ...(init.headers as Record<string, string> | undefined),
      },
    });
    response = { status: received.status, text: (await received.text()).trimEnd() };
  });
  return response;
}

describe('a compiled query', () => {
  it.each(CASES)('has the response of graphql-js: $name', async (one) => {
    const { query } = one;
    expect(await respondTo(compiling, one, { query })).toEqual(await respondTo(standard, one, { query }));
  });
});

describe('a trusted document', () => {
  it.each(CASES)('has the response of graphql-js: $name', async (one) => {
    const expected = await respondTo(standard, one, { query: one.query });
    expect(await respondTo(trusting, one, { documentId: one.name })).toEqual(expected);
    // At the second request it has been prepared.
    expect(await respondTo(trusting, one, { query: one.query })).toEqual(expected);
  });

  it.each([
    'application/graphql-response+json',
    'application/json;q=0.1, application/graphql-response+json',
    'text/plain',
    '*/*',
  ])('has the media type that the client prefers: %s', async (accept) => {
    const [one] = CASES;
    if (!one) throw new Error('There are no cases');
    const [expected, actual] = await Promise.all([
      respondTo(standard, one, { query: one.query }, { accept }),
      respondTo(trusting, one, { documentId: one.name }, { accept }),
    ]);
    expect(actual).toEqual(expected);
  });

  const { query: QUERY } = SAME;
  const VARIABLES = { id: 'o-1' };

  it.each([
    ['variables that are a list', { variables: [] }],
    ['variables that are a string', { variables: '{}' }],
    ['a name that is a number', { operationName: 5 }],
    ['extensions that are a number', { extensions: 7 }],
    ['a name of no operation', { operationName: 'Other' }],
    ['parameters that are null', { operationName: null, extensions: null }],
  ])('is rejected or executed like any other document with %s', async (_, parts) => {
    const send = (world: ScenarioWorld, body: object): Promise<unknown> =>
      sendTo(world, SAME.name, {
        method: 'POST',
        body: JSON.stringify({ variables: VARIABLES, ...body, ...parts }),
      });
    const expected = await send(standard, { query: QUERY });
    expect(await send(trusting, { documentId: 'Same' })).toEqual(expected);
    expect(await send(trusting, { query: QUERY })).toEqual(expected);
  });

  it.each([
    ['a question mark in a value', { variables: '{"id":"what?now"}' }],
    ['variables that are not JSON', { variables: '{' }],
    ['variables that are a list', { variables: '[]' }],
    ['extensions that are a number', { extensions: '7' }],
    ['extensions that are not JSON', { extensions: '{' }],
  ])('is rejected or executed like any other document by GET with %s', async (_, parts) => {
    // A query string may contain question marks.
    const send = (world: ScenarioWorld, document: Record<string, string>): Promise<unknown> => {
      const params = new URLSearchParams({ ...document, variables: JSON.stringify(VARIABLES), ...parts });
      return sendTo(world, 'Same', { method: 'GET' }, `?${params.toString().replaceAll('%3F', '?')}`);
    };
    expect(await send(trusting, { documentId: 'Same' })).toEqual(await send(standard, { query: QUERY }));
  });

  it('is not executed for a form of another origin', async () => {
    const headers = { 'content-type': 'application/x-www-form-urlencoded', origin: 'https://elsewhere.example' };
    const form = (document: Record<string, string>) => ({
      method: 'POST',
      headers,
      body: new URLSearchParams(document).toString(),
    });
    const expected = await sendTo(standard, 'form', form({ query: '{ __typename }' }));
    expect(expected).toMatchObject({ status: 400 });
    expect(await sendTo(trusting, 'form', form({ documentId: 'a request without a token' }))).toEqual(expected);
  });
});

describe('with GRAPHQL_FAST_PATH=off', () => {
  it.each(CASES)('a document has the same response, by its hash and by its text: $name', async (one) => {
    const compilations = countCompilations();
    try {
      const expected = await respondTo(standard, one, { query: one.query });
      expect(await respondTo(switchedOff, one, { documentId: one.name })).toEqual(expected);
      expect(await respondTo(switchedOff, one, { query: one.query })).toEqual(expected);
      expect(compilations.count).toBe(0);
    } finally {
      compilations.stop();
    }
  });

  it('Apollo Server executes a trusted document, and without it the fast path does', async () => {
    const { name, query } = { name: 'Compiled', query: '{ accountPage { id } }' };
    writeFileSync(manifest, JSON.stringify({ ...DOCUMENTS, [name]: query }));
    const compilations = countCompilations();
    try {
      const request = { method: 'POST', body: JSON.stringify({ documentId: name }) };
      expect(await sendTo(switchedOff, name, request)).toMatchObject({ status: 200 });
      expect(compilations.count).toBe(0);
      expect(await sendTo(trusting, name, request)).toMatchObject({ status: 200 });
      expect(compilations.count).toBe(1);
    } finally {
      compilations.stop();
    }
  });
});

/** Counts the functions that the query compiler creates in this process, where the BFFs run. */
function countCompilations(): { readonly count: number; stop(): void } {
  const original = globalThis.Function;
  const compilations = {
    count: 0,
    stop: () => {
      globalThis.Function = original;
    },
  };
  globalThis.Function = new Proxy(original, {
    construct: (target, args: string[]) => {
      if (args[0] === 'constants') compilations.count += 1;
      return Reflect.construct(target, args);
    },
  });
  return compilations;
}
