import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { waitFor } from '../support/world.js';
import { startMocks } from './mocks.fixture.js';
import type { Mocks } from './mocks.fixture.js';

let mocks: Mocks;
beforeAll(async () => {
  mocks = await startMocks(['--bff']);
}, 60_000);
afterAll(() => mocks.close());

const CREATE_ORDER = `mutation ($input: CreateOrderInput!) { createOrder(input: $input) {
  __typename ... on OrderConfirmed { orderId } ... on PaymentDeclined { orderId }
} }`;
const createInput = () => ({
  idempotencyKey: 'key',
  lines: [{ productId: '1', quantity: 1 }],
  waitMs: 20_000,
  shippingAddressId: 'ALFKI-1',
  paymentMethodId: 'ALFKI-card',
});

describe('the mocks with a BFF in front of them', () => {
  it('run an order in a scope with a fault, and return its call log', async () => {
    expect(
      await mocks.control('PUT', '/scopes/declined/customer/authorisePayment', {
        reply: { status: 409, body: { code: 'PAYMENT_DECLINED', message: 'Insufficient funds' } },
      }),
    ).toEqual({ status: 200, body: { scope: 'declined', calls: 0, violations: 0 } });
    expect(await mocks.ask('ALFKI', 'declined', CREATE_ORDER, { input: createInput() })).toMatchObject({
      body: { data: { createOrder: { __typename: 'PaymentDeclined' } } },
    });
    const journal = await mocks.control('GET', '/scopes/declined/journal');
    expect(journal).toMatchObject({
      status: 200,
      body: { scope: 'declined', violations: [], unmet: [], balanced: true, imbalances: [] },
    });
    expect((journal.body as { steps: string[] }).steps).toEqual([
      'order.openOrder',
      'catalog.reserveStock',
      'customer.authorisePayment x409',
      'customer.voidPayment',
      'catalog.releaseStock',
      'order.rejectOrder',
    ]);
    const story = await mocks.control('GET', '/scopes/declined/journal', undefined, { accept: 'text/plain' });
    expect(story.body).toMatch(/authorise the payment +customer\.authorisePayment +409 PAYMENT_DECLINED +none +stub/);
  });

  it('keep scopes apart: the same order is confirmed in another one', async () => {
    expect(
      await mocks.ask('ALFKI', 'another', CREATE_ORDER, { input: { ...createInput(), idempotencyKey: 'other' } }),
    ).toMatchObject({
      body: { data: { createOrder: { __typename: 'OrderConfirmed' } } },
    });
  });

  it('kill the orchestrator at a step, and the order is confirmed all the same', async () => {
    await mocks.control('PUT', '/scopes/death/steps/capture%20the%20payment', { fail: ['kill-orchestrator', 'ok'] });
    expect(
      await mocks.ask('ALFKI', 'death', CREATE_ORDER, { input: { ...createInput(), idempotencyKey: 'death' } }),
    ).toMatchObject({ body: { data: { createOrder: { __typename: 'OrderConfirmed' } } } });
    const { body } = await waitFor(
      () => mocks.control('GET', '/scopes/death/journal'),
      (journal) => (journal.body as { balanced: boolean }).balanced,
    );
    expect((body as { steps: string[] }).steps).toContain('customer.capturePayment !kill-orchestrator');
    expect(mocks.command.out()).toContain('orchestrator was killed; starting it again');
  });

  it('answer a page of a seed of its own', async () => {
    const price = { amount: '1.00', currency: 'USD' };
    const product = {
      id: 'sock',
      categoryId: '1',
      name: 'Sock',
      packaging: 'pair',
      supplier: 'Knit',
      price,
      onHand: 3,
      reserved: 0,
      sold: 0,
      discontinued: false,
    };
    expect(await mocks.control('PUT', '/scopes/socks/seed', { catalog: { products: [product] } })).toMatchObject({
      status: 200,
    });
    expect(await mocks.ask('ALFKI', 'socks', '{ productPage(productId: "sock") { name } }')).toMatchObject({
      body: { data: { productPage: { name: 'Sock' } } },
    });
    expect(await mocks.control('PUT', '/scopes/socks/seed', { catalog: {} })).toMatchObject({ status: 409 });
  });

  it('stream what happens, for the page that shows it', async () => {
    const events = await fetch(`${mocks.urls.mocks}/events`);
    const reader = (events.body as ReadableStream<Uint8Array>).getReader();
    await reader.read();
    await fetch(`${mocks.urls.catalog}/categories`, { headers: { baggage: 'bff-scope=watched' } });
    const { value } = await reader.read();
    expect(new TextDecoder().decode(value)).toBe('data: ["watched"]\n\n');
    await reader.cancel();
  });

  it('take the faults of a step away', async () => {
    const step = '/scopes/healed/steps/reserve%20the%20stock';
    await mocks.control('PUT', step, { fail: [{ status: 503 }] });
    await mocks.control('PUT', step, { fail: ['hang'], undo: true });
    const reserve = (id: string) =>
      fetch(`${mocks.urls.catalog}/reservations/${id}`, {
        method: 'PUT',
        headers: {
          'content-type': 'application/json',
          'idempotency-key': id,
          baggage: 'bff-scope=healed,bff-step=reserve%20the%20stock,bff-direction=do',
        },
        body: JSON.stringify({ lines: [{ productId: '1', quantity: 1 }] }),
      });
    expect((await reserve('healed-1')).status).toBe(503);
    expect((await mocks.control('DELETE', step)).status).toBe(200);
    expect((await reserve('healed-1')).status).toBe(200);
    expect(await mocks.control('GET', '/scopes/healed/journal')).toMatchObject({ body: { unmet: [] } });
  });

  it('forget a scope', async () => {
    await fetch(`${mocks.urls.catalog}/categories`, { headers: { baggage: 'bff-scope=forgotten' } });
    expect((await mocks.control('DELETE', '/scopes/forgotten')).status).toBe(200);
    expect(await mocks.control('GET', '/scopes/forgotten/journal')).toEqual({
      status: 404,
      body: { code: 'NOT_FOUND', message: 'There is no scope "forgotten": no request set it up or called it.' },
    });
  });
});

describe('the control API says what was wrong and what to do', () => {
  const authorise = '/scopes/x/customer/authorisePayment';
  it.each([
    [
      'a stub that the contract does not allow',
      'PUT',
      authorise,
      { reply: { status: 409, body: { code: 'NO_MONEY', message: '' } } },
      422,
      'CONTRACT_VIOLATION',
      'customer.authorisePayment cannot answer 409 like this: authorisePayment answer 409.code must be one of',
    ],
    [
      'a fault that there is not',
      'PUT',
      authorise,
      { fail: ['rest'] },
      422,
      'INVALID',
      '"rest" is no fault: refuse, reset,',
    ],
    [
      'a stub of a status that no answer has',
      'PUT',
      authorise,
      { reply: { status: 1000, body: { code: 'X', message: '' } } },
      422,
      'CONTRACT_VIOLATION',
      'authorisePayment answers 1000, which it does not declare: expected 200, 400, 409, 422, 400 to 599',
    ],
    ['neither a stub nor a fault', 'PUT', authorise, {}, 422, 'INVALID', 'one of reply and fail is expected'],
    ['no faults', 'PUT', authorise, { fail: [] }, 422, 'INVALID', 'is no fault'],
    [
      'a part that there is not',
      'PUT',
      authorise,
      { fail: ['ok'], times: 2 },
      422,
      'INVALID',
      'Unrecognized key: "times"',
    ],
    ['what is no JSON', 'PUT', authorise, '{', 400, 'BAD_REQUEST', 'JSON'],
    [
      'an operation that there is not',
      'PUT',
      '/scopes/x/customer/pay',
      { fail: ['ok'] },
      404,
      'NOT_FOUND',
      'The customer service has no operation "pay": it has getCustomers,',
    ],
    [
      'a service that there is not',
      'PUT',
      '/scopes/x/shop/pay',
      { fail: ['ok'] },
      404,
      'NOT_FOUND',
      'order, customer, catalog are there',
    ],
    [
      'a name that is none',
      'PUT',
      '/scopes/a%20b/customer/getCustomers',
      { fail: ['ok'] },
      422,
      'INVALID',
      'is no name for a scope',
    ],
    [
      'a seed that the contract does not allow',
      'PUT',
      '/scopes/x/seed',
      { catalog: { products: [{ id: '1' }] } },
      422,
      'CONTRACT_VIOLATION',
      "getProducts answer 200.items.0 must have required property 'categoryId'",
    ],
    ['a place that there is not', 'GET', '/nowhere', undefined, 404, 'NOT_FOUND', 'There is nothing at GET /nowhere'],
  ] as const)('to %s', async (_what, method, path, body, status, code, message) => {
    expect(await mocks.control(method, path, body)).toEqual({
      status,
      body: { code, message: expect.stringContaining(message) },
    });
  });

  it.each(['application/x-www-form-urlencoded', 'text/plain', 'application/json; charset=utf-8'])(
    'and takes a body as JSON that its client calls %s',
    async (type) => {
      const headers = { 'content-type': type };
      expect((await mocks.control('PUT', authorise, { fail: ['reset'] }, headers)).status).toBe(200);
      expect((await mocks.control('PUT', authorise, '{', headers)).status).toBe(400);
      expect((await mocks.control('DELETE', authorise)).status).toBe(200);
    },
  );
});

describe('the mocks without a BFF', () => {
  it('have no orchestrator and no tokens, and say so', async () => {
    const alone = await startMocks(['--seed', 'shop']);
    expect(await alone.control('PUT', '/scopes/x/order/openOrder', { fail: ['kill-orchestrator'] })).toMatchObject({
      status: 409,
      body: { code: 'IMPOSSIBLE', message: expect.stringContaining('npm run mocks -- --bff') },
    });
    const products = await fetch(`${alone.urls.catalog}/products?ids=mug,1`);
    expect(await products.json()).toMatchObject({ items: [{ id: 'mug' }] });
    await alone.close();
  }, 60_000);
});
