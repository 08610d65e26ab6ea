import { setTimeout as sleep } from 'node:timers/promises';
import { randomUUID } from 'node:crypto';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { SERVICES } from '@bff/contracts';
import { createOrder, readLedger, sendCreateOrder } from '../support/orders.js';
import type { CreateOrderResult, Ledger } from '../support/orders.js';
import { waitFor, startWorld } from '../support/world.js';
import type { World } from '../support/world.js';

let world: World;
beforeAll(async () => {
  world = await startWorld();
}, 60_000);
afterAll(() => world.close());
afterEach(() => {
  for (const proxy of Object.values(world.proxies)) proxy.releaseAll();
});

const PRODUCT = '34'; // Sasquatch Ale, 14.00
const CENTS = 1_400;

let before: Ledger;
beforeEach(async () => {
  before = await readLedger(world);
});

const createInput = () => ({ idempotencyKey: randomUUID(), lines: [{ productId: PRODUCT, quantity: 1 }] });

/** Starts an order, and returns when the held step has been reached. */
async function startUntil(held: { readonly reached: Promise<void> }, order: object): Promise<string> {
  const pending = await createOrder(world, 'ALFKI', { ...order, waitMs: 0 });
  expect(pending.__typename).toBe('OrderPending');
  await held.reached;
  return pending.orderId;
}

/** Waits for the outcome of an order as a client does: by repeating the request. */
const waitForEnd = (order: object) =>
  waitFor(
    async (): Promise<CreateOrderResult | undefined> => {
      const { data } = await sendCreateOrder(world, 'ALFKI', { ...order, waitMs: 10_000 });
      return (data as { createOrder: CreateOrderResult } | null)?.createOrder;
    },
    (answer) => answer !== undefined && answer.__typename !== 'OrderPending',
    30_000,
  );

/** How often each write of an order was applied, and how often it was delivered, from the services' own books. */
async function countDeliveries(orderId: string): Promise<Record<string, number>> {
  const all = await Promise.all(
    SERVICES.map((service) =>
      world.rows(service, 'select operation, deliveries from idempotency_keys where id = $1', [orderId]),
    ),
  );
  return Object.fromEntries(all.flat().map(({ operation, deliveries: count }) => [operation, Number(count)]));
}

/** Every effect of the order was applied once: one unit sold, its price captured, nothing held. */
async function expectBoughtOnce(orderId: string): Promise<void> {
  const after = await readLedger(world);
  const stock = before.stock(PRODUCT);
  expect(after.stock(PRODUCT)).toEqual({ on_hand: stock.on_hand - 1, reserved: 0, sold: stock.sold + 1 });
  const card = before.method('ALFKI-card');
  expect(after.method('ALFKI-card')).toEqual({ authorised_cents: 0, captured_cents: card.captured_cents + CENTS });
  expect(await world.rows('order', 'select status from orders where id = $1', [orderId])).toEqual([
    { status: 'CONFIRMED' },
  ]);
  expect(Object.keys(await countDeliveries(orderId)).sort()).toEqual([
    'authorisePayment',
    'capturePayment',
    'commitStock',
    'confirmOrder',
    'openOrder',
    'reserveStock',
  ]);
}

const STEPS = [
  ['open the order', 'order', 'PUT', /^\/orders\//, 'openOrder'],
  ['reserve the stock', 'catalog', 'PUT', /^\/reservations\//, 'reserveStock'],
  ['authorise the payment', 'customer', 'PUT', /^\/payments\//, 'authorisePayment'],
  ['confirm the order', 'order', 'POST', /\/confirm$/, 'confirmOrder'],
  ['capture the payment', 'customer', 'POST', /\/capture$/, 'capturePayment'],
  ['commit the stock', 'catalog', 'POST', /\/commit$/, 'commitStock'],
] as const;

describe('a saga whose orchestrator dies', () => {
  it.each(STEPS)(
    'while it waits for the answer to "%s" ends by itself, each effect applied once',
    async (_name, service, method, path, operation) => {
      const order = createInput();
      const held = world.proxies[service].holdReply(method, path);
      const orderId = await startUntil(held, order);
      await world.stack.kill('orchestrator');
      held.release();
      await world.stack.start('orchestrator');
      expect(await waitForEnd(order)).toMatchObject({ __typename: 'OrderConfirmed', orderId });
      await expectBoughtOnce(orderId);
      // The step took effect before the death, so the next orchestrator delivered it a second time.
      expect((await countDeliveries(orderId))[operation]).toBeGreaterThanOrEqual(2);
    },
    60_000,
  );

  it('while it undoes ends by itself, each undo applied once', async () => {
    const order = { ...createInput(), paymentMethodId: 'ALFKI-voucher' };
    const held = world.proxies.catalog.holdReply('POST', /\/release$/);
    const orderId = await startUntil(held, order);
    await world.stack.kill('orchestrator');
    held.release();
    await world.stack.start('orchestrator');
    expect(await waitForEnd(order)).toMatchObject({ __typename: 'PaymentDeclined', orderId });
    expect((await readLedger(world)).all).toEqual(before.all);
    expect((await countDeliveries(orderId))['releaseStock']).toBeGreaterThanOrEqual(2);
  }, 60_000);
});

describe('an order under a key that came with other input before', () => {
  it('ends with IdempotencyConflict, also when it comes while the orchestrator is dead', async () => {
    const order = createInput();
    await world.stack.kill('orchestrator');
    const first = await createOrder(world, 'ALFKI', { ...order, waitMs: 0 });
    const other = { ...order, lines: [{ productId: PRODUCT, quantity: 2 }], waitMs: 20_000 };
    const answering = createOrder(world, 'ALFKI', other);
    await world.stack.start('orchestrator');
    expect(await answering).toMatchObject({ __typename: 'IdempotencyConflict', orderId: first.orderId });
    expect(await waitForEnd(order)).toMatchObject({ __typename: 'OrderConfirmed', orderId: first.orderId });
    await expectBoughtOnce(first.orderId);
  }, 60_000);
});

describe('a saga whose catalog service dies', () => {
  it('in the middle of the reservation ends by itself when the service is back, each effect applied once', async () => {
    const order = createInput();
    const held = world.proxies.catalog.hold('PUT', /^\/reservations\//);
    const orderId = await startUntil(held, order);
    await world.stack.kill('catalog');
    held.release();
    await world.stack.start('catalog');
    expect(await waitForEnd(order)).toMatchObject({ __typename: 'OrderConfirmed', orderId });
    await expectBoughtOnce(orderId);
  }, 60_000);

  it('and stays dead before the order is taken up waits for it, and ends when it is back', async () => {
    await world.stack.kill('catalog');
    const order = createInput();
    const pending = await createOrder(world, 'ALFKI', { ...order, waitMs: 200 });
    expect(pending.__typename).toBe('OrderPending');
    await world.stack.start('catalog');
    expect(await waitForEnd(order)).toMatchObject({ __typename: 'OrderConfirmed', orderId: pending.orderId });
    await expectBoughtOnce(pending.orderId);
  }, 60_000);
});

describe('a saga whose engine dies', () => {
  it.each(STEPS)(
    'in the middle of "%s" ends by itself when the engine is back, each effect applied once',
    async (_name, service, method, path, _operation) => {
      const order = createInput();
      const held = world.proxies[service].holdReply(method, path);
      const orderId = await startUntil(held, order);
      await world.stack.kill('engine');
      held.release();
      await world.stack.start('engine');
      expect(await waitForEnd(order)).toMatchObject({ __typename: 'OrderConfirmed', orderId });
      await expectBoughtOnce(orderId);
    },
    60_000,
  );

  it('and stays dead for two seconds still gives the outcome to a customer who waits', async () => {
    const order = { ...createInput(), waitMs: 10_000 };
    const held = world.proxies.catalog.holdReply('PUT', /^\/reservations\//);
    const answering = createOrder(world, 'ALFKI', order);
    await held.reached;
    await world.stack.kill('engine');
    held.release();
    await sleep(2_000);
    await world.stack.start('engine');
    expect(await answering).toMatchObject({ __typename: 'OrderConfirmed' });
    await expectBoughtOnce((await answering).orderId);
  }, 60_000);

  it('an order that comes while the engine is dead is refused with ORDERING_UNAVAILABLE, and taken when it is back', async () => {
    await world.stack.kill('engine');
    const order = createInput();
    const { errors } = await sendCreateOrder(world, 'ALFKI', order);
    expect(errors?.map(({ extensions }) => extensions)).toEqual([{ code: 'ORDERING_UNAVAILABLE', retryable: true }]);
    await world.stack.start('engine');
    const answer = await waitForEnd(order);
    expect(answer).toMatchObject({ __typename: 'OrderConfirmed' });
    await expectBoughtOnce(answer?.orderId ?? '');
  }, 60_000);
});

describe('an order whose BFF dies', () => {
  it('continues without it, and is found under its key by the next one', async () => {
    const order = createInput();
    const held = world.proxies.customer.hold('PUT', /^\/payments\//);
    const waiting = sendCreateOrder(world, 'ALFKI', order).then(
      () => 'answered',
      () => 'cut',
    );
    await held.reached;
    await world.stack.kill('bff');
    expect(await waiting).toBe('cut');
    held.release();
    await world.stack.start('bff');
    const answer = await waitForEnd(order);
    expect(answer).toMatchObject({ __typename: 'OrderConfirmed' });
    await expectBoughtOnce(answer?.orderId ?? '');
  }, 60_000);
});
