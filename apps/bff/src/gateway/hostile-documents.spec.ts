import { describe, expect } from '@jest/globals';
import { document, HOSTILE_DOCUMENTS, scenarios } from '@bff/testing';
import type { BffScenario } from '@bff/testing';
import { listCalls, startBffWorld } from '../bff.fixture.js';

/** Every query is compiled at its first request. */
const scenario = scenarios(() => startBffWorld({ COMPILE_AFTER_EXECUTIONS: '0' }));

interface Answer {
  readonly data?: object | null;
  readonly errors?: readonly { readonly message: string; readonly extensions: Readonly<Record<string, unknown>> }[];
}

/** The second when a document has many operations and none is named. */
const REFUSED = ['LIMIT_EXCEEDED', 'OPERATION_RESOLUTION_FAILURE'];

async function ask(t: BffScenario, query: string, variables: object = {}): Promise<readonly [number, Answer]> {
  const { status, raw } = await t.as('ada').gql(document(query), variables);
  return [status, raw as Answer];
}

describe('a small document that would take much work', () => {
  scenario.each(Object.entries(HOSTILE_DOCUMENTS).map(([name, query]) => ({ name, query })))(
    'is executed, or rejected with the name of a limit: $name',
    async (t, { query }) => {
      const [status, { data, errors = [] }] = await ask(t, query);
      const codes = errors.map(({ extensions }) => extensions['code']);
      if (status === 200) expect(data).toBeDefined();
      else expect([status, REFUSED.includes(String(codes[0]))]).toEqual([400, true]);
    },
  );
});

const NAMES = (count: number): string =>
  `query ($first: Int) { catalogPage(first: $first) { products { nodes { ${Array.from({ length: count }, (_, nth) => `a${nth}: name`).join(' ')} } } } }`;

describe('a response that may be too large', () => {
  scenario.each([
    {
      how: 'by its arguments',
      query: NAMES(300).replace('$first)', '100)').replace('($first: Int)', ''),
      variables: {},
    },
    { how: 'by its variables', query: NAMES(300), variables: { first: 100 } },
    { how: 'by a number of items that is never answered', query: NAMES(300), variables: { first: 2_000_000_000 } },
    {
      how: 'by lists in lists that are assumed to be long',
      query: `{ accountPage(orders: 100) { orders { lines { ${Array.from({ length: 30 }, (_, nth) => `a${nth}: quantity`).join(' ')} } } } }`,
      variables: {},
    },
    {
      how: 'by a list that it sends',
      query: `query ($lines: [OrderLineInput!]!) { checkoutPage(lines: $lines) { lines { ${Array.from({ length: 300 }, (_, nth) => `a${nth}: quantity`).join(' ')} } } }`,
      variables: { lines: Array.from({ length: 100 }, (_, nth) => ({ productId: `p${nth}`, quantity: 1 })) },
    },
  ])('is rejected before execution: $how', async (t, { query, variables }) => {
    const [status, { errors }] = await ask(t, query, variables);
    expect([status, errors?.map(({ extensions }) => extensions)]).toEqual([
      400,
      [{ code: 'LIMIT_EXCEEDED', limit: 'MAX_RESPONSE_FIELDS', retryable: false }],
    ]);
    expect(listCalls(t)).toEqual([]);
  });

  scenario('is sent when its lists are shorter', async (t) => {
    const [status, { errors }] = await ask(t, NAMES(200), { first: 100 });
    expect([status, errors]).toEqual([200, undefined]);
  });

  scenario('has an error with the name of the limit, also for a document', async (t) => {
    const [status, { errors }] = await ask(t, HOSTILE_DOCUMENTS['one object many times'] ?? '');
    expect([status, errors?.map(({ extensions }) => extensions)]).toEqual([
      400,
      [{ code: 'LIMIT_EXCEEDED', limit: 'MAX_QUERY_FIELDS', retryable: false }],
    ]);
  });
});

describe('a subscription whose root field has a condition', () => {
  const PROGRESS = 'orderProgress(orderId: "o-1")';
  scenario.each([
    { how: 'on the field', query: `subscription ($b: Boolean = true) { ${PROGRESS} @include(if: $b) { id } }` },
    {
      how: 'on a fragment',
      query: `subscription ($b: Boolean!) { ...F @skip(if: $b) } fragment F on Subscription { ${PROGRESS} { id } }`,
    },
    { how: 'in a fragment', query: `subscription ($b: Boolean!) { ... { ${PROGRESS} @skip(if: $b) { id } } }` },
  ])('is an invalid document, and not a bug: $how', async (t, { query }) => {
    const [status, { errors }] = await ask(t, query);
    expect([status, errors?.map(({ extensions }) => extensions['code'])]).toEqual([400, ['GRAPHQL_VALIDATION_FAILED']]);
  });
});
