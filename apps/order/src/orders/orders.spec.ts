import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { readConfig } from '@bff/config';
import type { RunningService } from '@bff/service';
import { createServiceDatabase, createServiceCaller } from '@bff/testing';
import type { ServiceAnswer } from '@bff/testing';
import { orderConfig } from '../order.config.js';
import { startOrder } from '../order.app.js';
import type { OrderTables } from '../order.tables.js';

let order: RunningService<OrderTables>;
let orderId: string;

beforeAll(async () => {
  const config = readConfig(orderConfig, { ...(await createServiceDatabase('ORDER')) });
  order = await startOrder(config, { port: 0, quiet: true });
});
afterAll(() => order.close());
beforeEach(() => {
  orderId = randomUUID();
});

const call = createServiceCaller('order', () => order.url);
const usd = (amount: string, currency = 'USD') => ({ amount, currency });

const line = (productId: string, quantity: number, price: string, lineTotal: string, discountPercent = 0) => ({
  productId,
  quantity,
  discountPercent,
  unitPrice: usd(price),
  lineTotal: usd(lineTotal),
});

const shippingAddress = {
  recipient: 'Maria Anders',
  street: 'Obere Str. 57',
  city: 'Berlin',
  region: null,
  postalCode: '12209',
  country: 'Germany',
};

/** Z before A: lines are not sorted. The second line is 4.5 cents less the discount, rounded half up. */
const good = {
  customerId: 'ALFKI',
  paymentMethodId: 'ALFKI-card',
  shippingAddress,
  lines: [line('Z', 12, '14.00', '168.00'), line('A', 1, '0.05', '0.05', 10)],
  total: usd('168.05'),
};

function open(body: object): Promise<ServiceAnswer> {
  return call('openOrder', { path: { orderId }, body });
}

async function read(): Promise<unknown> {
  return (await call('getOrders', { query: { ids: orderId } })).body;
}

const mismatch = {
  status: 422,
  body: { code: 'TOTAL_MISMATCH', message: expect.stringMatching(/is not the sum of its lines/) },
};

describe('an order', () => {
  it('is opened as PENDING, now, and keeps its lines as they were given', async () => {
    const start = Date.now();
    const { status, body } = await open(good);
    const opened = { id: orderId, ...good, status: 'PENDING', reason: null, placedAt: expect.any(String) };
    expect({ status, body }).toEqual({ status: 200, body: opened });
    const placedAt = Date.parse((body as { placedAt: string }).placedAt);
    expect(placedAt).toBeGreaterThanOrEqual(start - 1);
    expect(placedAt).toBeLessThanOrEqual(Date.now() + 1);
    expect(await read()).toEqual({ items: [body] });
  });

  it('keeps the currency of its lines', async () => {
    const { quantity, discountPercent } = line('Z', 2, '4.00', '8.00');
    const euros = { quantity, discountPercent, productId: 'Z', unitPrice: usd('4.00', 'EUR') };
    const body = { ...good, lines: [{ ...euros, lineTotal: usd('8.00', 'EUR') }], total: usd('8.00', 'EUR') };
    expect(await open(body)).toMatchObject({ status: 200, body });
    expect(await read()).toMatchObject({ items: [body] });
  });

  it('is confirmed, and is the same order', async () => {
    const { body } = await open(good);
    const confirmed = { ...(body as object), status: 'CONFIRMED' };
    expect(await call('confirmOrder', { path: { orderId } })).toEqual({ status: 200, body: confirmed });
    expect(await read()).toEqual({ items: [confirmed] });
  });

  it('is rejected, is kept, and says why', async () => {
    const { body } = await open(good);
    const answer = await call('rejectOrder', { path: { orderId }, body: { reason: 'PAYMENT_DECLINED' } });
    expect(answer).toEqual({ status: 200, body: { orderId, rejected: true, reason: 'PAYMENT_DECLINED' } });
    expect(await read()).toEqual({ items: [{ ...(body as object), status: 'REJECTED', reason: 'PAYMENT_DECLINED' }] });
  });

  it('keeps its first reason when it is rejected again', async () => {
    await open(good);
    await call('rejectOrder', { path: { orderId }, body: { reason: 'OUT_OF_STOCK' } });
    const again = await call('rejectOrder', { path: { orderId }, body: { reason: 'TIMED_OUT' } });
    expect(again).toEqual({ status: 200, body: { orderId, rejected: false } });
    expect(await read()).toMatchObject({ items: [{ reason: 'OUT_OF_STOCK' }] });
  });

  it('that was never opened leaves no trace but a tombstone when it is rejected', async () => {
    const answer = await call('rejectOrder', { path: { orderId }, body: { reason: 'TIMED_OUT' } });
    expect(answer).toEqual({ status: 200, body: { orderId, rejected: false } });
    expect(await read()).toEqual({ items: [] });
    const tombstones = await order.database.selectFrom('tombstones').select('id').where('id', '=', orderId).execute();
    expect(tombstones).toEqual([{ id: orderId }]);
  });

  it.each([
    ['customer', { ...good, customerId: 'ANATR' }],
    ['payment method', { ...good, paymentMethodId: 'ALFKI-invoice' }],
    ['address', { ...good, shippingAddress: { ...shippingAddress, street: 'Obere Str. 58' } }],
    ['order of lines', { ...good, lines: good.lines.toReversed() }],
  ])('is not opened again with another %s', async (_, other) => {
    await open(good);
    const exists = { code: 'ORDER_EXISTS', message: `Order ${orderId} was opened with other contents.` };
    expect(await open(other)).toEqual({ status: 409, body: exists });
    expect(await read()).toMatchObject({ items: [good] });
  });

  it('is kept when the same comes with its properties in another order', async () => {
    const first = await open(good);
    expect(await open(Object.fromEntries(Object.entries(good).reverse()))).toEqual(first);
  });
});

describe('the total of an order', () => {
  it.each([
    ['the total is a cent off', { ...good, total: usd('168.06') }],
    ['a line is a cent off', { ...good, lines: [line('Z', 12, '14.00', '168.01')], total: usd('168.01') }],
    ['a line forgets its discount', { ...good, lines: [line('Z', 1, '10.00', '10.00', 5)], total: usd('10.00') }],
    ['the total is in another currency', { ...good, total: usd('168.05', 'EUR') }],
    [
      'a price is in another currency',
      { ...good, lines: [{ ...line('Z', 1, '1.00', '1.00'), unitPrice: usd('1.00', 'EUR') }], total: usd('1.00') },
    ],
    [
      'a line is beyond what can be counted',
      { ...good, lines: [line('Z', 1_000_000, '999999999999.99', '999999999999.99')] },
    ],
    [
      'the sum is beyond what can be counted',
      { ...good, lines: Array.from({ length: 100 }, () => line('Z', 1, '999999999999.99', '999999999999.99')) },
    ],
  ])('is refused, and nothing is written, when %s', async (_, wrong) => {
    expect(await open(wrong)).toEqual(mismatch);
    expect(await read()).toEqual({ items: [] });
  });

  it('may be the largest amount there is', async () => {
    const largest = {
      ...good,
      lines: [line('Z', 1, '999999999999.99', '999999999999.99')],
      total: usd('999999999999.99'),
    };
    expect((await open(largest)).status).toBe(200);
    expect(await read()).toMatchObject({ items: [largest] });
  });

  it('may be nothing', async () => {
    expect((await open({ ...good, lines: [line('Z', 1, '9.99', '0.00', 100)], total: usd('0.00') })).status).toBe(200);
  });
});
