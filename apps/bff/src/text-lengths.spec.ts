import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { json } from 'node:stream/consumers';
import { afterAll, describe, expect } from '@jest/globals';
import { document, scenarios } from '@bff/testing';
import type { BffScenario } from '@bff/testing';
import { startBffWorld } from './bff.fixture.js';

/** The decisions that the orchestrator was sent. */
const decisions: unknown[] = [];

/** An orchestrator that accepts every decision. */
const orchestrator = createServer((request, response) => {
  void json(request).then((decision) => {
    decisions.push(decision);
    response.setHeader('content-type', 'application/json').end('{"accepted":true}');
  });
});
afterAll(() => {
  orchestrator.closeAllConnections();
  orchestrator.close();
});

const scenario = scenarios(async () => {
  await once(orchestrator.listen(0, '127.0.0.1'), 'listening');
  const { port } = orchestrator.address() as AddressInfo;
  // No engine: an order that is accepted fails for that reason, after its input was checked.
  const engine = { ENGINE_INGRESS_URL: 'http://127.0.0.1:1' };
  return startBffWorld({ ...engine, ORCHESTRATOR_API_URL: `http://127.0.0.1:${port}` });
});

/** Two code units, four bytes, one character. */
const TEA = '\u{1F375}';

const Search = document('query ($text: String) { catalogPage(search: $text) { products { totalCount } } }');
const Order = document('mutation ($input: CreateOrderInput!) { createOrder(input: $input) { __typename } }');
const Decide = document('mutation ($input: DecideSagaInput!) { decideSaga(input: $input) { __typename } }');

const order = (t: BffScenario, more: object) =>
  t.as('ada').gql(Order, {
    input: {
      idempotencyKey: 'k',
      lines: [{ productId: 'mug', quantity: 1 }],
      shippingAddressId: 'ada-home',
      paymentMethodId: 'ada-card',
      ...more,
    },
  });
const decide = (t: BffScenario, more: object) =>
  t.asOperator('olga').gql(Decide, { input: { orderId: 'o', action: 'SKIP', why: 'Because.', ...more } });

/** An argument whose length has a limit. */
interface Limit {
  readonly argument: string;
  readonly most: number;
  readonly send: (t: BffScenario, text: string) => ReturnType<typeof order>;
  /** The code of the answer when the argument is accepted; undefined for none. */
  readonly accepted?: string;
}

const LIMITS: readonly Limit[] = [
  { argument: 'search', most: 100, send: (t: BffScenario, text: string) => t.as(null).gql(Search, { text }) },
  {
    argument: 'input.idempotencyKey',
    most: 200,
    accepted: 'ORDERING_UNAVAILABLE',
    send: (t: BffScenario, idempotencyKey: string) => order(t, { idempotencyKey }),
  },
  {
    argument: 'input.shippingAddressId',
    most: 200,
    accepted: 'ORDERING_UNAVAILABLE',
    send: (t: BffScenario, shippingAddressId: string) => order(t, { shippingAddressId }),
  },
  {
    argument: 'input.paymentMethodId',
    most: 200,
    accepted: 'ORDERING_UNAVAILABLE',
    send: (t: BffScenario, paymentMethodId: string) => order(t, { paymentMethodId }),
  },
  {
    argument: 'input.lines.0.productId',
    most: 200,
    accepted: 'ORDERING_UNAVAILABLE',
    send: (t: BffScenario, productId: string) => order(t, { lines: [{ productId, quantity: 1 }] }),
  },
  { argument: 'input.why', most: 500, send: (t: BffScenario, why: string) => decide(t, { why }) },
];

describe('the length of a text is counted in characters, also of those outside the Basic Multilingual Plane', () => {
  scenario.each(LIMITS)('$argument holds $most of them, and no more', async (t, { argument, most, send, accepted }) => {
    const { errors } = await send(t, TEA.repeat(most));
    expect(errors?.map(({ code }) => code)).toEqual(accepted === undefined ? undefined : [accepted]);
    const { raw } = await send(t, TEA.repeat(most + 1));
    expect(raw).toMatchObject({ errors: [{ extensions: { code: 'BAD_USER_INPUT', argument } }] });
  });

  scenario('so that 60,000 of them are within the limit of 100,000 characters', async (t) => {
    const { errors } = await decide(t, { result: JSON.stringify(TEA.repeat(60_000)) });
    expect(errors).toBeUndefined();
  });

  scenario('and the text arrives unchanged', async (t) => {
    await LIMITS[0]?.send(t, TEA.repeat(100));
    expect(t.catalog.searchProducts.calls.map(({ query }) => query)).toEqual([{ first: 20, search: TEA.repeat(100) }]);
    decisions.length = 0;
    await decide(t, { why: TEA.repeat(500) });
    expect(decisions).toEqual([{ action: 'SKIP', by: 'olga', why: TEA.repeat(500), result: null }]);
  });
});
