import { randomUUID } from 'node:crypto';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { startWorld } from '../support/world.js';
import { createOrder, readLedger, sendCreateOrder } from '../support/orders.js';
import type { World } from '../support/world.js';

let world: World;
beforeAll(async () => {
  world = await startWorld();
}, 60_000);
afterAll(() => world.close());
afterEach(() => {
  for (const proxy of Object.values(world.proxies)) proxy.releaseAll();
});

const placeOrder = (input: object, customer = 'ALFKI') => createOrder(world, customer, input);
const readCurrentLedger = () => readLedger(world);

describe('createOrder', () => {
  it('confirms an order in one answer: stock is sold, money is captured, the order page shows it', async () => {
    const before = await readCurrentLedger();
    const answer = await placeOrder({
      lines: [
        { productId: '1', quantity: 2 },
        { productId: '2', quantity: 1 },
      ],
    });
    expect(answer).toMatchObject({ __typename: 'OrderConfirmed', total: { amount: '55.00', currency: 'USD' } });
    const after = await readCurrentLedger();
    expect(after.stock('1')).toEqual({
      ...before.stock('1'),
      on_hand: before.stock('1').on_hand - 2,
      sold: before.stock('1').sold + 2,
    });
    expect(after.stock('2')).toEqual({
      ...before.stock('2'),
      on_hand: before.stock('2').on_hand - 1,
      sold: before.stock('2').sold + 1,
    });
    expect(after.method('ALFKI-card').captured_cents).toBe(before.method('ALFKI-card').captured_cents + 5_500);
    expect(after.method('ALFKI-card').authorised_cents).toBe(0);
    const { data } = await world.ask(
      'ALFKI',
      'query ($id: ID!) { orderPage(orderId: $id) { status payment { state amount { amount } } lines { productId quantity } } }',
      { id: answer.orderId },
    );
    expect(data).toEqual({
      orderPage: {
        status: 'CONFIRMED',
        payment: { state: 'CAPTURED', amount: { amount: '55.00' } },
        lines: [
          { productId: '1', quantity: 2 },
          { productId: '2', quantity: 1 },
        ],
      },
    });
  });

  it('finds the same order for the same key and input, and moves nothing', async () => {
    const input = { idempotencyKey: randomUUID(), lines: [{ productId: '3', quantity: 1 }] };
    const first = await placeOrder(input);
    expect(first.__typename).toBe('OrderConfirmed');
    const before = await readCurrentLedger();
    expect(await placeOrder(input)).toEqual(first);
    expect(await Promise.all([placeOrder(input), placeOrder(input), placeOrder(input)])).toEqual([first, first, first]);
    expect((await readCurrentLedger()).all).toEqual(before.all);
  });

  it('starts one saga when the same order comes ten times concurrently', async () => {
    const input = { idempotencyKey: randomUUID(), lines: [{ productId: '3', quantity: 1 }], waitMs: 20_000 };
    const before = await readCurrentLedger();
    const answers = await Promise.all(Array.from({ length: 10 }, () => placeOrder(input)));
    expect(new Set(answers.map((answer) => JSON.stringify(answer))).size).toBe(1);
    expect((await readCurrentLedger()).stock('3').sold).toBe(before.stock('3').sold + 1);
  });

  it('adds up lines of the same product', async () => {
    const answer = await placeOrder({
      lines: [
        { productId: '1', quantity: 1 },
        { productId: '1', quantity: 2 },
      ],
    });
    expect(answer).toMatchObject({ __typename: 'OrderConfirmed', total: { amount: '54.00' } });
  });

  it('says IdempotencyConflict for the same key with other input, and leaves the first order as it was', async () => {
    const idempotencyKey = randomUUID();
    const first = await placeOrder({ idempotencyKey, lines: [{ productId: '3', quantity: 1 }] });
    const before = await readCurrentLedger();
    for (const other of [
      { lines: [{ productId: '3', quantity: 2 }] },
      { lines: [{ productId: '4', quantity: 1 }] },
      { lines: [{ productId: '3', quantity: 1 }], paymentMethodId: 'ALFKI-invoice' },
      { lines: [{ productId: '3', quantity: 1 }], shippingAddressId: 'elsewhere' },
    ])
      expect(await placeOrder({ idempotencyKey, ...other })).toMatchObject({
        __typename: 'IdempotencyConflict',
        orderId: first.orderId,
      });
    expect((await readCurrentLedger()).all).toEqual(before.all);
  });

  it('keeps the keys of two customers apart', async () => {
    const input = { idempotencyKey: 'order-1', lines: [{ productId: '6', quantity: 1 }] };
    const mine = await placeOrder(input);
    const theirs = await placeOrder({ ...input, shippingAddressId: 'ANATR-1', paymentMethodId: 'ANATR-card' }, 'ANATR');
    expect([mine.__typename, theirs.__typename]).toEqual(['OrderConfirmed', 'OrderConfirmed']);
    expect(mine.orderId).not.toBe(theirs.orderId);
  });

  it('says OutOfStock and names the product, and nothing has moved', async () => {
    const before = await readCurrentLedger();
    const answer = await placeOrder({
      lines: [
        { productId: '1', quantity: 1 },
        { productId: '8', quantity: 1_000 },
      ],
    });
    expect(answer).toMatchObject({ __typename: 'OutOfStock', productId: '8', requested: 1_000, available: 6 });
    expect((await readCurrentLedger()).all).toEqual(before.all);
  });

  it('says PaymentDeclined, and undoes what was done, newest first', async () => {
    const before = await readCurrentLedger();
    const from = world.proxies.catalog.calls.length;
    const answer = await placeOrder({ lines: [{ productId: '1', quantity: 1 }], paymentMethodId: 'ALFKI-voucher' });
    expect(answer.__typename).toBe('PaymentDeclined');
    expect((await readCurrentLedger()).all).toEqual(before.all);
    const { data } = await world.ask('ALFKI', 'query ($id: ID!) { orderPage(orderId: $id) { status reason } }', {
      id: answer.orderId,
    });
    expect(data).toEqual({ orderPage: { status: 'REJECTED', reason: 'PAYMENT_DECLINED' } });
    expect(world.proxies.catalog.calls.slice(from).map(({ method, path }) => `${method} ${path}`)).toEqual([
      'GET /products',
      `PUT /reservations/${answer.orderId}`,
      `POST /reservations/${answer.orderId}/release`,
    ]);
  });

  it('says PriceChanged when a price changes while the order is under way, and nothing is kept', async () => {
    const before = await readCurrentLedger();
    const held = world.proxies.customer.hold('PUT', /^\/payments\//);
    const answering = placeOrder({ lines: [{ productId: '7', quantity: 1 }], waitMs: 20_000 });
    await held.reached;
    await world.rows('catalog', "update products set price_cents = price_cents + 100 where id = '7'");
    held.release();
    expect(await answering).toMatchObject({
      __typename: 'PriceChanged',
      productId: '7',
      oldPrice: { amount: '30.00' },
      newPrice: { amount: '31.00' },
    });
    expect((await readCurrentLedger()).all).toEqual(before.all);
  });

  it('says OrderPending when the outcome is not known in time, and the outcome when asked again', async () => {
    const held = world.proxies.customer.hold('PUT', /^\/payments\//);
    const input = { idempotencyKey: randomUUID(), lines: [{ productId: '11', quantity: 1 }] };
    const pending = await placeOrder({ ...input, waitMs: 0 });
    expect(pending.__typename).toBe('OrderPending');
    await held.reached;
    const page = await world.ask('ALFKI', 'query ($id: ID!) { orderPage(orderId: $id) { status } }', {
      id: pending.orderId,
    });
    expect(page.data).toEqual({ orderPage: { status: 'PENDING' } });
    held.release();
    expect(await placeOrder({ ...input, waitMs: 20_000 })).toMatchObject({
      __typename: 'OrderConfirmed',
      orderId: pending.orderId,
    });
  });

  it('sells 10 units to 10 of 40 who want one at the same time, and at no moment has fewer than none', async () => {
    await world.rows('catalog', "update products set on_hand = 10 where id = '10'");
    const sold = (await readCurrentLedger()).stock('10').sold;
    let lowest = 10;
    let watching = true;
    const watch = (async () => {
      while (watching) {
        const [row] = await world.rows(
          'catalog',
          "select least(on_hand, reserved, sold) as low from products where id = '10'",
        );
        lowest = Math.min(lowest, Number(row?.['low']));
      }
    })();
    const customers = ['ALFKI', 'ANATR', 'ANTON', 'AROUT'];
    const answers = await Promise.all(
      Array.from({ length: 40 }, (_, index) => {
        const customer = customers[index % 4] ?? 'ALFKI';
        return placeOrder(
          {
            lines: [{ productId: '10', quantity: 1 }],
            shippingAddressId: `${customer}-1`,
            paymentMethodId: `${customer}-invoice`,
            waitMs: 30_000,
          },
          customer,
        );
      }),
    );
    watching = false;
    await watch;
    const count = (name: string) => answers.filter(({ __typename }) => __typename === name).length;
    expect([count('OrderConfirmed'), count('OutOfStock')]).toEqual([10, 30]);
    expect((await readCurrentLedger()).stock('10')).toEqual({ on_hand: 0, reserved: 0, sold: sold + 10 });
    expect(lowest).toBe(0);
  }, 60_000);
});

describe('bad input of createOrder', () => {
  it.each([
    ['no lines', { lines: [] }, 'input.lines: at least one line is expected'],
    ['no units', { lines: [{ productId: '1', quantity: 0 }] }, 'input.lines.0.quantity: 1 to 1000000 is expected'],
    [
      'fewer than none',
      { lines: [{ productId: '1', quantity: -3 }] },
      'input.lines.0.quantity: 1 to 1000000 is expected',
    ],
    [
      'an absurd number',
      { lines: [{ productId: '1', quantity: 2_147_483_647 }] },
      'input.lines.0.quantity: 1 to 1000000 is expected',
    ],
    ['an empty key', { idempotencyKey: '' }, 'input.idempotencyKey: 1 to 200 characters are expected'],
    ['an endless wait', { waitMs: 1_000_000 }, 'input.waitMs: 0 to 30000 is expected'],
  ])('%s is BAD_USER_INPUT, says which argument, and writes nothing', async (_what, input, message) => {
    const before = await readCurrentLedger();
    const { data, errors } = await sendCreateOrder(world, 'ALFKI', input);
    expect(data).toBeNull();
    expect(errors?.map((error) => [error.message, error.extensions['code']])).toEqual([[message, 'BAD_USER_INPUT']]);
    expect((await readCurrentLedger()).all).toEqual(before.all);
    expect((await readCurrentLedger()).orders).toBe(before.orders);
  });

  it.each([
    ['a number that is none', { lines: [{ productId: '1', quantity: 2 ** 31 }] }],
    ['a fraction', { lines: [{ productId: '1', quantity: 1.5 }] }],
    ['a missing product', { lines: [{ quantity: 1 }] }],
  ])('%s is refused by the schema', async (_what, input) => {
    const { status, errors } = await sendCreateOrder(world, 'ALFKI', input);
    expect([status, errors?.[0]?.extensions['code']]).toEqual([400, 'BAD_USER_INPUT']);
  });

  it.each([
    [
      'an unknown product',
      { lines: [{ productId: '999', quantity: 1 }] },
      { __typename: 'ProductUnavailable', productId: '999' },
    ],
    [
      'a product that can have no such id',
      { lines: [{ productId: 'no, such', quantity: 1 }] },
      { __typename: 'ProductUnavailable', productId: 'no, such' },
    ],
    [
      'a discontinued product',
      { lines: [{ productId: '5', quantity: 1 }] },
      { __typename: 'ProductUnavailable', productId: '5' },
    ],
    [
      'an unknown address',
      { shippingAddressId: 'nope' },
      { __typename: 'CustomerNotEligible', reason: 'UNKNOWN_ADDRESS' },
    ],
    [
      "another's address",
      { shippingAddressId: 'ANATR-1' },
      { __typename: 'CustomerNotEligible', reason: 'UNKNOWN_ADDRESS' },
    ],
    [
      "another's payment method",
      { paymentMethodId: 'ANATR-card' },
      { __typename: 'CustomerNotEligible', reason: 'UNKNOWN_PAYMENT_METHOD' },
    ],
  ])('%s has an answer of its own, and writes nothing', async (_what, input, expected) => {
    const before = await readCurrentLedger();
    expect(await placeOrder(input)).toMatchObject(expected);
    expect((await readCurrentLedger()).all).toEqual(before.all);
    expect((await readCurrentLedger()).orders).toBe(before.orders);
  });

  it.each([
    ['BLOCKED', 'PARIS'],
    ['UNKNOWN_CUSTOMER', 'UNKNOWN'],
  ])('a customer who is %s may not order', async (reason, customer) => {
    expect(await placeOrder({}, customer)).toMatchObject({ __typename: 'CustomerNotEligible', reason });
  });

  it('rejects an order without a token', async () => {
    const { errors } = await sendCreateOrder(world, null, {});
    expect(errors?.[0]?.extensions['code']).toBe('UNAUTHENTICATED');
  });
});
