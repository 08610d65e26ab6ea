import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { runScenario } from '@bff/testing';
import type { BffScenario, ScenarioWorld } from '@bff/testing';
import { startBffWorld } from '../../bff.fixture.js';

const manifest = join(mkdtempSync(join(tmpdir(), 'bff-manifest-')), 'manifest.json');

/** The same BFF three times: one makes code of every query at once, one of none, and one trusts the documents. */
let compiling: ScenarioWorld;
let ordinary: ScenarioWorld;
let trusting: ScenarioWorld;
beforeAll(async () => {
  writeFileSync(manifest, JSON.stringify(Object.fromEntries([...CASES, SAME].map(({ name, query }) => [name, query]))));
  [compiling, ordinary, trusting] = await Promise.all([
    startBffWorld({ COMPILE_AFTER_EXECUTIONS: '0' }),
    startBffWorld({ COMPILE_AFTER_EXECUTIONS: '1000000' }),
    startBffWorld({ TRUSTED_DOCUMENTS: manifest, ALLOW_UNTRUSTED_DOCUMENTS: 'false' }),
  ]);
});
afterAll(() => Promise.all([compiling.close(), ordinary.close(), trusting.close()]));

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
  ...{ idempotencyKey: 'same', lines: [{ productId: 'mug', quantity: 1 }] },
  ...{ shippingAddressId: 'ada-home', paymentMethodId: 'ada-card', waitMs: 0 },
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
  { name: 'nobody', query: '{ orderPage(orderId: "o-1") { id } }', as: null },
  {
    name: 'an argument that is out of bounds',
    query: '{ accountPage(orders: 1000) { id } catalogPage { categories { id } } }',
  },
  {
    name: 'a variable that is wrong',
    query: 'query ($n: Int!) { accountPage(orders: $n) { id } }',
    variables: { n: 'x' },
  },
  { name: 'a variable that is missing', query: 'query ($n: Int!) { accountPage(orders: $n) { id } }' },
  { name: 'a field that there is not', query: '{ accountPage { nothing } }' },
  { name: 'text that is no query', query: '{ accountPage' },
  { name: 'an order with a wrong wait', query: CREATE_ORDER, variables: { input: { ...ORDER, waitMs: -1 } } },
  { name: 'an order of too little', query: CREATE_ORDER, variables: { input: { idempotencyKey: 'k' } } },
  { name: "nobody's order", query: CREATE_ORDER, variables: { input: ORDER }, as: null },
  { name: 'an order that no engine takes', query: CREATE_ORDER, variables: { input: ORDER } },
  {
    name: 'two mutations at once',
    query: `mutation ($input: CreateOrderInput!) { a: createOrder(input: $input) { __typename } b: createOrder(input: $input) { __typename } }`,
    variables: { input: ORDER },
  },
  { name: 'what the schema is', query: '{ __typename accountPage { __typename id } __type(name: "Money") { name } }' },
];

const SAME = { name: 'Same', query: 'query Same($id: ID!) { orderPage(orderId: $id) { id } }' };

const HEADERS = ['content-type', 'cache-control', 'vary', 'access-control-allow-origin'];

/** Status, headers and answer, without what differs from one request to the next. */
async function answerOf(
  world: ScenarioWorld,
  one: Case,
  body: object,
  more: Record<string, string> = {},
): Promise<unknown> {
  const { variables, as = 'ada', arrange, name } = one;
  let answer: unknown;
  await runScenario(world, name, async (t) => {
    arrange?.(t);
    const response = await fetch(world.graphqlUrl, {
      method: 'POST',
      headers: {
        ...{ 'content-type': 'application/json', baggage: t.baggage, ...more },
        ...(as !== null && { authorization: `Bearer ${await world.token(as)}` }),
      },
      body: JSON.stringify({ ...body, variables }),
    });
    const headers = HEADERS.map((header) => response.headers.get(header));
    // Apollo Server ends its answers with a line break; an answer to a trusted document goes without.
    const text = (await response.text()).trimEnd().replaceAll(/"retryAfterMs":\d+/g, '"retryAfterMs":0');
    answer = { status: response.status, headers, text };
  });
  return answer;
}

/** What comes of a request that is ada's. */
async function requestTo(world: ScenarioWorld, name: string, init: RequestInit, search = ''): Promise<unknown> {
  let answer: unknown;
  await runScenario(world, name, async (t) => {
    const response = await fetch(`${world.graphqlUrl}${search}`, {
      ...init,
      headers: {
        ...{ baggage: t.baggage, authorization: `Bearer ${await world.token('ada')}` },
        ...{ 'content-type': 'application/json', ...(init.headers as Record<string, string> | undefined) },
      },
    });
    answer = { status: response.status, text: (await response.text()).trimEnd() };
  });
  return answer;
}

describe('a query that is executed as code', () => {
  it.each(CASES)('is answered like any other: $name', async (one) => {
    const { query } = one;
    expect(await answerOf(compiling, one, { query })).toEqual(await answerOf(ordinary, one, { query }));
  });
});

describe('a trusted document', () => {
  it.each(CASES)('is answered like any other: $name', async (one) => {
    const expected = await answerOf(ordinary, one, { query: one.query });
    expect(await answerOf(trusting, one, { documentId: one.name })).toEqual(expected);
    // The second time it has been prepared.
    expect(await answerOf(trusting, one, { query: one.query })).toEqual(expected);
  });

  it.each([
    'application/graphql-response+json',
    'application/json;q=0.1, application/graphql-response+json',
    'text/plain',
    '*/*',
  ])('comes in the type that the client takes: %s', async (accept) => {
    const [one] = CASES;
    if (!one) throw new Error('There are no cases');
    const [expected, actual] = await Promise.all([
      answerOf(ordinary, one, { query: one.query }, { accept }),
      answerOf(trusting, one, { documentId: one.name }, { accept }),
    ]);
    expect(actual).toEqual(expected);
  });

  const { query: QUERY } = SAME;
  const VARIABLES = { id: 'o-1' };

  it.each([
    ['variables that are a list', { variables: [] }],
    ['variables that are text', { variables: '{}' }],
    ['a name that is a number', { operationName: 5 }],
    ['extensions that are a number', { extensions: 7 }],
    ['a name that is not in it', { operationName: 'Other' }],
    ['what is null', { operationName: null, extensions: null }],
  ])('is refused or answered like any other with %s', async (_, parts) => {
    const send = (world: ScenarioWorld, body: object): Promise<unknown> =>
      requestTo(world, SAME.name, {
        method: 'POST',
        body: JSON.stringify({ variables: VARIABLES, ...body, ...parts }),
      });
    const expected = await send(ordinary, { query: QUERY });
    expect(await send(trusting, { documentId: 'Same' })).toEqual(expected);
    expect(await send(trusting, { query: QUERY })).toEqual(expected);
  });

  it.each([
    ['a question mark in a value', { variables: '{"id":"what?now"}' }],
    ['variables that are no JSON', { variables: '{' }],
    ['variables that are a list', { variables: '[]' }],
    ['extensions that are a number', { extensions: '7' }],
    ['extensions that are no JSON', { extensions: '{' }],
  ])('is refused or answered like any other by GET with %s', async (_, parts) => {
    // A question mark may stand in a search as it is.
    const send = (world: ScenarioWorld, document: Record<string, string>): Promise<unknown> => {
      const params = new URLSearchParams({ ...document, variables: JSON.stringify(VARIABLES), ...parts });
      return requestTo(world, 'Same', { method: 'GET' }, `?${params.toString().replaceAll('%3F', '?')}`);
    };
    expect(await send(trusting, { documentId: 'Same' })).toEqual(await send(ordinary, { query: QUERY }));
  });

  it('is not executed for the form of another origin', async () => {
    const headers = { 'content-type': 'application/x-www-form-urlencoded', origin: 'https://elsewhere.example' };
    const form = (document: Record<string, string>) => ({
      ...{ method: 'POST', headers },
      body: new URLSearchParams(document).toString(),
    });
    const expected = await requestTo(ordinary, 'form', form({ query: '{ __typename }' }));
    expect(expected).toMatchObject({ status: 400 });
    expect(await requestTo(trusting, 'form', form({ documentId: 'nobody' }))).toEqual(expected);
  });
});
