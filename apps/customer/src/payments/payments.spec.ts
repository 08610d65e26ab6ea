import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { readConfig } from '@bff/config';
import type { RunningService } from '@bff/service';
import { createServiceDatabase, createServiceCaller } from '@bff/testing';
import type { ServiceAnswer } from '@bff/testing';
import { customerConfig } from '../customer.config.js';
import { startCustomer } from '../customer.app.js';
import type { CustomerTables } from '../customer.tables.js';

let customer: RunningService<CustomerTables>;
let orderId: string;

beforeAll(async () => {
  const config = readConfig(customerConfig, { ...(await createServiceDatabase('CUSTOMER')), SEED: 'northwind' });
  customer = await startCustomer(config, { port: 0, quiet: true });
});
afterAll(() => customer.close());
beforeEach(() => {
  orderId = randomUUID();
});

const call = createServiceCaller('customer', () => customer.url);
const declined = {
  status: 409,
  body: { code: 'PAYMENT_DECLINED', message: 'The payment method does not cover this amount.' },
};
const unknown = { status: 422, body: expect.objectContaining({ code: 'PAYMENT_METHOD_UNKNOWN' }) };

interface Wish {
  readonly order?: string;
  readonly currency?: string;
}

function authorise(paymentMethodId: string, amount: string, wish: Wish = {}): Promise<ServiceAnswer> {
  const { order = orderId, currency = 'USD' } = wish;
  const body = { customerId: 'ALFKI', paymentMethodId, amount: { amount, currency } };
  return call('authorisePayment', { path: { orderId: order }, body });
}

async function balanceOf(id: string): Promise<{ authorised_cents: number; captured_cents: number }> {
  const balance = customer.database.selectFrom('payment_methods').select(['authorised_cents', 'captured_cents']);
  return balance.where('id', '=', id).executeTakeFirstOrThrow();
}

describe('forty payments at once on one payment method', () => {
  it('are authorised as far as the limit goes, and at no moment further', async () => {
    // Limit 10000.00: eleven payments of 900.00 fit, a twelfth does not.
    const payments = Promise.all(
      Array.from({ length: 40 }, () => authorise('ALFKI-card', '900.00', { order: randomUUID() })),
    );
    let running = true;
    void payments.finally(() => (running = false));
    while (running) expect((await balanceOf('ALFKI-card')).authorised_cents).toBeLessThanOrEqual(1_000_000);
    const answers = await payments;
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(11);
    expect(answers.filter(({ status }) => status !== 200)).toEqual(Array.from({ length: 29 }, () => declined));
    expect(await balanceOf('ALFKI-card')).toEqual({ authorised_cents: 990_000, captured_cents: 0 });
    await customer.database.deleteFrom('payments').where('payment_method_id', '=', 'ALFKI-card').execute();
    await customer.database
      .updateTable('payment_methods')
      .set({ authorised_cents: 0 })
      .where('id', '=', 'ALFKI-card')
      .execute();
  });
});

describe('a payment', () => {
  it('may use the limit up to the last cent, and not one more', async () => {
    expect(await authorise('ALFKI-voucher', '5.01')).toEqual(declined);
    expect((await authorise('ALFKI-voucher', '5.00')).status).toBe(200);
    expect(await authorise('ALFKI-voucher', '0.01', { order: randomUUID() })).toEqual(declined);
    expect((await authorise('ALFKI-voucher', '0.00', { order: randomUUID() })).status).toBe(200);
    await call('voidPayment', { path: { orderId } });
    expect(await balanceOf('ALFKI-voucher')).toEqual({ authorised_cents: 0, captured_cents: 0 });
  });

  it('counts what was captured against the limit as well', async () => {
    await authorise('ALFKI-card', '6000.00');
    await call('capturePayment', { path: { orderId } });
    expect(await balanceOf('ALFKI-card')).toEqual({ authorised_cents: 0, captured_cents: 600_000 });
    expect(await authorise('ALFKI-card', '4000.01', { order: randomUUID() })).toEqual(declined);
    const { body } = await call('getCustomers', { query: { ids: 'ALFKI' } });
    const card = expect.objectContaining({ id: 'ALFKI-card', available: { amount: '4000.00', currency: 'USD' } });
    expect(body).toMatchObject({ items: [{ paymentMethods: expect.arrayContaining([card]) }] });
  });

  it('is declined, and does not say by how much, when it is beyond all means', async () => {
    expect(await authorise('ALFKI-card', '999999999999.99')).toEqual(declined);
  });

  it('is declined in a currency that the limit is not in', async () => {
    expect(await authorise('ALFKI-invoice', '1.00', { currency: 'EUR' })).toEqual(declined);
  });

  it('is refused on a payment method that is unknown or of another customer', async () => {
    expect(await authorise('nothing', '1.00')).toEqual(unknown);
    expect(await authorise('ANATR-invoice', '1.00')).toEqual(unknown);
    expect((await authorise('ALFKI-invoice', '1.00')).status).toBe(200);
  });

  it('is read with the label of its payment method, from authorised to captured or voided', async () => {
    const other = randomUUID();
    const { body: authorised } = await authorise('ALFKI-invoice', '12.00');
    expect(authorised).toEqual({
      orderId,
      customerId: 'ALFKI',
      paymentMethodId: 'ALFKI-invoice',
      label: 'Invoice, 30 days',
      amount: { amount: '12.00', currency: 'USD' },
      state: 'AUTHORISED',
      updatedAt: expect.any(String),
    });
    await authorise('ALFKI-invoice', '13.00', { order: other });
    expect((await call('capturePayment', { path: { orderId } })).body).toMatchObject({ orderId, state: 'CAPTURED' });
    expect((await call('voidPayment', { path: { orderId: other } })).body).toEqual({ orderId: other, voided: true });
    const { body } = await call('getPayments', { query: { orderIds: `${orderId},${other},unknown,10248` } });
    const states = (body as { items: { orderId: string; state: string }[] }).items.map((item) => [
      item.orderId,
      item.state,
    ]);
    expect(Object.fromEntries(states)).toEqual({ [orderId]: 'CAPTURED', [other]: 'VOIDED', 10248: 'CAPTURED' });
  });

  it('may be of an amount, a method or a customer only once an order', async () => {
    const exists = { status: 409, body: expect.objectContaining({ code: 'PAYMENT_EXISTS' }) };
    await authorise('ALFKI-invoice', '12.00');
    expect(await authorise('ALFKI-invoice', '12.01')).toEqual(exists);
    expect(await authorise('ALFKI-card', '12.00')).toEqual(exists);
    expect(await authorise('ALFKI-invoice', '12.00', { currency: 'EUR' })).toEqual(exists);
    expect((await authorise('ALFKI-invoice', '12.00')).status).toBe(200);
  });
});
