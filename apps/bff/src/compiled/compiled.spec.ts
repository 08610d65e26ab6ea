import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { document, playOver } from '@bff/testing';
import type { BffScenario, ScenarioWorld } from '@bff/testing';
import { startBffWorld } from '../bff.fixture.js';

/** The same BFF twice: one makes code of every query at once, the other of none. */
let compiling: ScenarioWorld;
let ordinary: ScenarioWorld;
beforeAll(async () => {
  [compiling, ordinary] = await Promise.all([
    startBffWorld({ COMPILE_AFTER: '0' }),
    startBffWorld({ COMPILE_AFTER: '1000000' }),
  ]);
});
afterAll(() => Promise.all([compiling.close(), ordinary.close()]));

interface Case {
  readonly name: string;
  readonly query: string;
  readonly variables?: object;
  readonly as?: string | null;
  readonly arrange?: (t: BffScenario) => void;
}

const LINES = 'lines { quantity product { name price { amount } } }';

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
  { name: 'what the schema is', query: '{ __typename accountPage { __typename id } __type(name: "Money") { name } }' },
];

/** Status and answer, without what differs from one request to the next. */
async function answerOf(world: ScenarioWorld, { query, variables, as = 'ada', arrange }: Case): Promise<unknown> {
  let answer: unknown;
  await playOver(world, 'compiled', async (t) => {
    arrange?.(t);
    const { status, raw } = await t.as(as).gql(document(query), variables);
    answer = { status, raw: JSON.parse(JSON.stringify(raw).replaceAll(/"retryAfterMs":\d+/g, '"retryAfterMs":0')) };
  });
  return answer;
}

describe('a query that is executed as code', () => {
  it.each(CASES)('is answered like any other: $name', async (one) => {
    expect(await answerOf(compiling, one)).toEqual(await answerOf(ordinary, one));
  });
});
