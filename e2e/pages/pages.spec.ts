import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { readFileSync } from 'node:fs';
import { waitFor, startWorld } from '../support/world.js';
import type { GraphQLAnswer, World } from '../support/world.js';

const examples = readFileSync(new URL('../../apps/bff/src/playground/examples.graphql', import.meta.url), 'utf8');

let world: World;
beforeAll(async () => {
  world = await startWorld();
}, 60_000);
afterAll(() => world.close());

/** Runs one of the playground's example operations. */
async function sendExample(name: string, customerId: string | null = 'ALFKI'): Promise<GraphQLAnswer> {
  const headers = customerId === null ? {} : { authorization: `Bearer ${await world.createToken(customerId)}` };
  return world.askWith(headers, { query: examples, operationName: name });
}

const toMoney = (amount: string) => ({ amount, currency: 'USD' });

const ACCOUNT = `query ($orders: Int) { accountPage(orders: $orders) {
  profile { companyName } addresses { id } paymentMethods { id }
  orders { id total { amount } lines { quantity product { name } } } } }`;

const ORDER = `query ($id: ID!) { orderPage(orderId: $id) {
  id status customer { companyName } payment { state } shippingAddress { city } lines { productId product { name } } } }`;

describe('the pages', () => {
  it('show the shop window: products by words of their name, and the categories', async () => {
    const { data, errors } = await sendExample('CatalogPage', null);
    expect(errors).toBeUndefined();
    expect(data).toMatchObject({
      catalogPage: {
        products: {
          totalCount: 3,
          nodes: [
            { id: '1', name: 'Chai', packaging: '10 boxes x 20 bags', price: toMoney('18.00') },
            { id: '2', name: 'Chang' },
            { id: '39', name: 'Chartreuse verte' },
          ],
          pageInfo: { hasNextPage: false },
        },
      },
    });
    expect((data as { catalogPage: { categories: unknown[] } }).catalogPage.categories).toHaveLength(8);
  });

  it('walk the whole catalog page by page, every product once', async () => {
    const query = `query ($after: String) { catalogPage(first: 20, after: $after) {
      products { totalCount nodes { id } pageInfo { hasNextPage endCursor } } } }`;
    const seen: string[] = [];
    let after: string | null = null;
    do {
      const { data } = await world.ask(null, query, { after });
      const { products } = (data as { catalogPage: { products: ProductList } }).catalogPage;
      seen.push(...products.nodes.map(({ id }) => id));
      after = products.pageInfo.endCursor;
    } while (after !== null);
    expect(seen).toHaveLength(77);
    expect(new Set(seen).size).toBe(77);
  });

  it('show one product, what is like it, and when the viewer last bought it', async () => {
    const { data, errors } = await sendExample('ProductPage');
    expect(errors).toBeUndefined();
    expect(data).toMatchObject({
      productPage: {
        id: '28',
        name: 'Rössle Sauerkraut',
        discontinued: true,
        category: { name: 'Produce' },
        lastPurchase: { orderId: '10952', quantity: 2, placedAt: '1998-03-16T00:00:00.000Z' },
      },
    });
    const anonymous = await sendExample('ProductPage', null);
    expect(anonymous.data).toMatchObject({ productPage: { id: '28', lastPurchase: null } });
    expect(anonymous.errors).toBeUndefined();
  });

  it('show the account in three downstream calls, with 10 orders, their lines and products', async () => {
    let answer: GraphQLAnswer | undefined;
    // BERGS has 18 orders.
    const calls = await world.countCalls(async () => (answer = await world.ask('BERGS', ACCOUNT, { orders: 10 })));
    expect(answer?.errors).toBeUndefined();
    const { orders } = (answer?.data as { accountPage: { orders: { lines: { product: { name: string } }[] }[] } })
      .accountPage;
    expect(orders).toHaveLength(10);
    expect(orders.flatMap(({ lines }) => lines).every(({ product }) => product.name.length > 0)).toBe(true);
    expect(calls).toBe(3);
  });

  it('show the account of ALFKI whole', async () => {
    const { data, errors } = await sendExample('AccountPage');
    expect(errors).toBeUndefined();
    expect(data).toMatchObject({
      accountPage: {
        profile: { companyName: 'Alfreds Futterkiste', contactName: 'Maria Anders' },
        paymentMethods: [{ id: 'ALFKI-card' }, { id: 'ALFKI-invoice' }, { id: 'ALFKI-voucher' }],
        orders: [{ id: '11011' }, { id: '10952' }, { id: '10835' }, { id: '10702' }, { id: '10692' }, { id: '10643' }],
      },
    });
  });

  it('show one order in four downstream calls, whatever the number of its lines', async () => {
    // 11077 has 25 lines, 10252 has 3.
    for (const [id, customer, lines] of [
      ['11077', 'RATTC', 25],
      ['10252', 'SUPRD', 3],
    ] as const) {
      let answer: GraphQLAnswer | undefined;
      expect(await world.countCalls(async () => (answer = await world.ask(customer, ORDER, { id })))).toBe(4);
      expect(answer?.errors).toBeUndefined();
      expect(answer?.data).toMatchObject({ orderPage: { id, status: 'CONFIRMED', payment: { state: 'CAPTURED' } } });
      expect((answer?.data as { orderPage: { lines: unknown[] } }).orderPage.lines).toHaveLength(lines);
    }
  });

  it('show what is about to be bought, in two downstream calls', async () => {
    const query = `{ checkoutPage(lines: [{ productId: "1", quantity: 2 }, { productId: "17", quantity: 100000 },
      { productId: "nope", quantity: 1 }, { productId: "1", quantity: 1 }]) {
      lines { productId quantity availability lineTotal { amount } product { name } } total { amount currency }
      addresses { id } paymentMethods { id } } }`;
    let answer: GraphQLAnswer | undefined;
    expect(await world.countCalls(async () => (answer = await world.ask('ALFKI', query)))).toBe(2);
    expect(answer?.errors).toBeUndefined();
    expect(answer?.data).toEqual({
      checkoutPage: {
        lines: [
          {
            productId: '1',
            quantity: 3,
            availability: 'AVAILABLE',
            lineTotal: { amount: '54.00' },
            product: { name: 'Chai' },
          },
          {
            productId: '17',
            quantity: 100000,
            availability: 'UNAVAILABLE',
            lineTotal: null,
            product: { name: 'Alice Mutton' },
          },
          { productId: 'nope', quantity: 1, availability: 'UNAVAILABLE', lineTotal: null, product: null },
        ],
        total: toMoney('54.00'),
        addresses: [{ id: 'ALFKI-1' }],
        paymentMethods: [{ id: 'ALFKI-card' }, { id: 'ALFKI-invoice' }, { id: 'ALFKI-voucher' }],
      },
    });
  });

  it("answer another's order like one that does not exist", async () => {
    const theirs = await world.ask('ALFKI', ORDER, { id: '10248' });
    const nobodys = await world.ask('ALFKI', ORDER, { id: '99999' });
    const absurd = await world.ask('ALFKI', ORDER, { id: 'no, such/order?' });
    for (const answer of [theirs, nobodys, absurd])
      expect(answer).toEqual({ status: 200, data: { orderPage: null }, errors: undefined });
  });
});

describe('with the catalog service killed', () => {
  const createMissingError = (path: (string | number)[]) => ({
    message: 'The catalog service cannot be reached right now.',
    path,
    extensions: { code: 'DOWNSTREAM_UNAVAILABLE', downstream: 'catalog', retryable: true },
  });
  const pickErrors = (answer: GraphQLAnswer) =>
    answer.errors?.map(({ message, path, extensions }) => ({ message, path, extensions }));

  it('pages answer all but the products, say why, and are whole again when it is back', async () => {
    await world.stack.kill('catalog');

    const order = await world.ask('ALFKI', ORDER, { id: '11011' });
    expect(order.data).toEqual({
      orderPage: {
        id: '11011',
        status: 'CONFIRMED',
        customer: { companyName: 'Alfreds Futterkiste' },
        payment: { state: 'CAPTURED' },
        shippingAddress: { city: 'Berlin' },
        lines: [
          { productId: '58', product: null },
          { productId: '71', product: null },
        ],
      },
    });
    expect(pickErrors(order)).toEqual(
      [0, 1].map((line) => createMissingError(['orderPage', 'lines', line, 'product'])),
    );

    const account = await world.ask('ALFKI', ACCOUNT, { orders: 1 });
    expect(account.data).toMatchObject({
      accountPage: {
        profile: { companyName: 'Alfreds Futterkiste' },
        orders: [
          {
            id: '11011',
            lines: [
              { quantity: 40, product: null },
              { quantity: 20, product: null },
            ],
          },
        ],
      },
    });
    expect(pickErrors(account)).toEqual(
      [0, 1].map((line) => createMissingError(['accountPage', 'orders', 0, 'lines', line, 'product'])),
    );

    const window = await sendExample('CatalogPage', null);
    expect(window).toMatchObject({ status: 200, data: { catalogPage: { categories: null, products: null } } });

    await world.stack.start('catalog');
    await waitFor(
      () => world.ask('ALFKI', ORDER, { id: '11011' }),
      ({ errors }) => errors === undefined,
      2_000,
    );
    expect((await world.ask('ALFKI', ACCOUNT, { orders: 1 })).errors).toBeUndefined();
  });
});

describe('bad input', () => {
  it.each([
    ['a token that is none', 'Bearer nonsense', 'The Authorization header has no token: "Bearer <JWT>" is expected.'],
    ['another scheme', 'Basic YTpi', 'The Authorization header has no token: "Bearer <JWT>" is expected.'],
    [
      'a forged token',
      'Bearer eyJhbGciOiJub25lIn0.eyJzdWIiOiJBTEZLSSJ9.x',
      'The token is not valid: it is malformed, or not signed by the issuer that this BFF trusts.',
    ],
  ])('%s is refused as UNAUTHENTICATED', async (_what, authorization, message) => {
    const { status, data, errors } = await world.askWith({ authorization }, { query: ACCOUNT });
    expect({ status, data }).toEqual({ status: 401, data: null });
    expect(errors).toEqual([{ message, extensions: { code: 'UNAUTHENTICATED', retryable: false } }]);
  });

  it('a token that has expired, or was signed with no algorithm, opens nothing', async () => {
    const expired = await world.askWith(
      { authorization: `Bearer ${await world.createToken('ALFKI', '-1s')}` },
      { query: ACCOUNT },
    );
    expect(expired.status).toBe(401);
    expect(expired.errors?.[0]?.message).toBe('The token has expired: get a new one.');
    const unsigned = ['{"alg":"none"}', '{"sub":"ALFKI","exp":9999999999}', 'x'].map((part) =>
      Buffer.from(part).toString('base64url'),
    );
    const answer = await world.askWith({ authorization: `Bearer ${unsigned.join('.')}` }, { query: ACCOUNT });
    expect(answer.status).toBe(401);
  });

  it('a personal page without a token is UNAUTHENTICATED', async () => {
    for (const query of [
      ACCOUNT,
      '{ orderPage(orderId: "11011") { id } }',
      '{ checkoutPage(lines: [{ productId: "1", quantity: 1 }]) { customerId } }',
    ]) {
      const { errors } = await world.ask(null, query);
      expect(errors?.map(({ extensions }) => extensions['code'])).toEqual(['UNAUTHENTICATED']);
    }
  });

  it.each([
    ['syntax', '{ accountPage {', 400, 'GRAPHQL_PARSE_FAILED'],
    ['an unknown field', '{ accountPage { nope } }', 400, 'GRAPHQL_VALIDATION_FAILED'],
    ['no query at all', '', 400, 'BAD_REQUEST'],
    ['a document of thousands of tokens', `{ ${'accountPage { id } '.repeat(1_000)} }`, 400, 'GRAPHQL_PARSE_FAILED'],
    ['an argument of the wrong type', '{ accountPage(orders: "ten") { id } }', 400, 'GRAPHQL_VALIDATION_FAILED'],
    ['too many orders', '{ accountPage(orders: 101) { id } }', 200, 'BAD_USER_INPUT'],
    ['no orders', '{ accountPage(orders: 0) { id } }', 200, 'BAD_USER_INPUT'],
    ['too many products', '{ catalogPage(first: 101) { categoryId } }', 200, 'BAD_USER_INPUT'],
    ['a cursor that is none', '{ catalogPage(after: "zzz") { products { totalCount } } }', 200, 'BAD_USER_INPUT'],
    ['no lines', '{ checkoutPage(lines: []) { customerId } }', 200, 'BAD_USER_INPUT'],
    ['no units', '{ checkoutPage(lines: [{ productId: "1", quantity: 0 }]) { customerId } }', 200, 'BAD_USER_INPUT'],
  ])('%s is a clear error', async (_what, query, status, code) => {
    const answer = await world.ask('ALFKI', query);
    expect(answer.status).toBe(status);
    expect(answer.errors?.map(({ extensions }) => extensions['code'])).toEqual([code]);
  });

  it('a body that is no JSON is a clear error', async () => {
    const answer = await world.askWith({}, '{"query": ');
    expect(answer.status).toBe(400);
  });

  it('a category that there is not is an empty shop window', async () => {
    for (const categoryId of ['99', 'no, such']) {
      const { data, errors } = await world.ask(
        null,
        'query ($c: ID) { catalogPage(categoryId: $c) { products { totalCount nodes { id } } } }',
        { c: categoryId },
      );
      expect({ data, errors }).toEqual({
        data: { catalogPage: { products: { totalCount: 0, nodes: [] } } },
        errors: undefined,
      });
    }
  });
});

interface ProductList {
  readonly nodes: readonly { readonly id: string }[];
  readonly pageInfo: { readonly endCursor: string | null };
}
