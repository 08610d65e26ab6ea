import { describe, expect } from '@jest/globals';
import { document, scenarios } from '@bff/testing';
import { listCalls, startBffWorld } from '../bff.fixture.js';

/** Without coalescing, so that identical calls are counted one by one. */
const scenario = scenarios(() => startBffWorld({ DOWNSTREAM_COALESCE: 'false' }));

const aliases = (count: number, selection: string) =>
  Array.from({ length: count }, (_, index) => `a${index}: ${selection}`).join(' ');

describe('one request', () => {
  scenario(
    'makes at most 50 downstream calls, however many times it repeats a section; the error names the limit',
    async (t) => {
      const query = `{ ${aliases(12, 'catalogPage { ...Many }')} } fragment Many on CatalogPage { ${aliases(12, 'products { totalCount }')} }`;
      const { raw } = await t.as(null).gql(document(query));
      const { errors } = raw as { readonly errors: readonly unknown[] };
      expect(listCalls(t)).toHaveLength(50);
      expect(errors).toHaveLength(12 * 12 - 50);
      expect(errors[0]).toMatchObject({
        message: 'This request needs more than 50 downstream calls: ask for less, or send several requests.',
        extensions: { code: 'LIMIT_EXCEEDED', limit: 'MAX_DOWNSTREAM_CALLS', retryable: false },
      });
    },
  );

  scenario.each([
    { where: 'twice', selection: `{ ${aliases(2, 'createOrder(input: $input) { __typename }')} }` },
    {
      where: 'in a fragment',
      selection: '{ ...Hidden } fragment Hidden on Mutation { createOrder(input: $input) { __typename } }',
    },
  ])('holds one mutation, not one $where', async (t, { selection }) => {
    const input = { idempotencyKey: 'k', lines: [], shippingAddressId: 'a', paymentMethodId: 'p' };
    const { status, raw } = await t
      .as('ada')
      .gql(document(`mutation ($input: CreateOrderInput!) ${selection}`), { input });
    expect(status).toBe(400);
    expect(raw).toMatchObject({
      errors: [
        {
          message:
            'An operation may have one mutation, and not inside a fragment: send each mutation in its own request.',
        },
      ],
    });
  });

  scenario('may search for any text, but not for NUL or half of a surrogate pair', async (t) => {
    for (const text of ['\0', 'half \ud83d'])
      for (const name of ['search', 'after']) {
        const query = `query ($text: String) { catalogPage(${name}: $text) { products { totalCount } } }`;
        const { raw } = await t.as(null).gql(document(query), { text });
        const { errors } = raw as { readonly errors: readonly { readonly extensions: unknown }[] };
        expect(errors.map(({ extensions }) => extensions)).toEqual([
          { code: 'BAD_USER_INPUT', argument: name, retryable: false },
        ]);
      }
    expect(listCalls(t)).toEqual([]);
  });
});
