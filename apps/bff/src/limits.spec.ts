import { afterEach, describe, expect, it } from '@jest/globals';
import { product, startBffUnderTest } from './bff.fixture.js';
import type { BffUnderTest } from './bff.fixture.js';

let bff: BffUnderTest;
afterEach(() => bff.close());

const aliases = (count: number, selection: string) =>
  Array.from({ length: count }, (_, index) => `a${index}: ${selection}`).join(' ');

describe('one request', () => {
  it('makes at most 50 downstream calls, however often it repeats a section, and is told so', async () => {
    bff = await startBffUnderTest({
      catalog: { searchProducts: () => ({ items: [product('1')], totalCount: 1, nextCursor: null }) },
    });
    const query = `{ ${aliases(12, 'catalogPage { ...Many }')} } fragment Many on CatalogPage { ${aliases(12, 'products { totalCount }')} }`;
    const { errors } = await bff.ask(null, query);
    expect(bff.calls()).toHaveLength(50);
    expect(errors).toHaveLength(12 * 12 - 50);
    expect(errors?.[0]).toMatchObject({
      message: 'This asks for more than 50 downstream calls at once: send several requests.',
      extensions: { code: 'TOO_MUCH_AT_ONCE', retryable: false },
    });
  });

  it.each([
    ['twice', `{ ${aliases(2, 'createOrder(input: $input) { __typename }')} }`],
    ['in a fragment', '{ ...Hidden } fragment Hidden on Mutation { createOrder(input: $input) { __typename } }'],
  ])('holds one mutation, not one %s', async (_what, selection) => {
    bff = await startBffUnderTest({});
    const input = { idempotencyKey: 'k', lines: [], shippingAddressId: 'a', paymentMethodId: 'p' };
    const { status, errors } = await bff.ask('ada', `mutation ($input: CreateOrderInput!) ${selection}`, { input });
    expect([status, errors?.[0]?.message]).toEqual([
      400,
      'One mutation at a time, and not in a fragment: send one request for each.',
    ]);
  });

  it('may search for any text, and is told when it is none', async () => {
    bff = await startBffUnderTest({});
    for (const text of ['\0', 'half \ud83d'])
      for (const name of ['search', 'after']) {
        const query = `query ($text: String) { catalogPage(${name}: $text) { products { totalCount } } }`;
        const { errors } = await bff.ask(null, query, { text });
        expect(errors?.map(({ extensions }) => extensions)).toEqual([
          { code: 'BAD_USER_INPUT', argument: name, retryable: false },
        ]);
      }
  });
});
