import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { readConfig } from '@bff/config';
import type { RunningService } from '@bff/service';
import { createServiceCaller, createTestDatabase, readPublishedEvents } from '@bff/testing';
import type { ServiceAnswer } from '@bff/testing';
import { customerConfig } from './customer.config.js';
import { startCustomer } from './customer.app.js';
import type { CustomerTables } from './customer.tables.js';

let databaseUrl: string;
let customer: RunningService<CustomerTables>;
let orderId: string;

beforeAll(async () => {
  databaseUrl = await createTestDatabase();
  const env = { CUSTOMER_DATABASE_URL: databaseUrl, EVENTS_DATABASE_URL: databaseUrl, SEED: 'northwind' };
  customer = await startCustomer(readConfig(customerConfig, env), { port: 0, quiet: true });
});
afterAll(() => customer.close());
beforeEach(() => {
  orderId = randomUUID();
});

const call = createServiceCaller('customer', () => customer.url);
const amount = { amount: '12.00', currency: 'USD' };
const authorise = (paymentMethodId = 'ALFKI-invoice', amountOf = amount): Promise<ServiceAnswer> =>
  call('authorisePayment', { path: { orderId }, body: { customerId: 'ALFKI', paymentMethodId, amount: amountOf } });
const readEvents = (subject = orderId) => readPublishedEvents(databaseUrl, subject);
const readTypes = async () => (await readEvents()).map(({ type }) => type);

describe('the events of a payment', () => {
  it('say what was authorised, captured and refunded', async () => {
    await authorise();
    await call('capturePayment', { path: { orderId } });
    await call('refundPayment', { path: { orderId } });
    expect(await readEvents()).toEqual([
      { type: 'PaymentAuthorised', data: { customerId: 'ALFKI', paymentMethodId: 'ALFKI-invoice', amount } },
      { type: 'PaymentCaptured', data: { amount } },
      { type: 'PaymentRefunded', data: { amount } },
    ]);
  });

  it('say that it was voided, by its undo or by a cancellation', async () => {
    await authorise();
    await call('voidPayment', { path: { orderId } });
    expect(await readTypes()).toEqual(['PaymentAuthorised', 'PaymentVoided']);
    orderId = randomUUID();
    await authorise();
    await call('refundPayment', { path: { orderId } });
    expect(await readTypes()).toEqual(['PaymentAuthorised', 'PaymentVoided']);
  });

  it('say why it was declined', async () => {
    await authorise('ALFKI-invoice', { amount: '900000.00', currency: 'USD' });
    await authorise('unknown');
    expect(await readEvents()).toEqual([
      { type: 'PaymentDeclined', data: { code: 'PAYMENT_DECLINED', message: expect.any(String) } },
      { type: 'PaymentDeclined', data: { code: 'PAYMENT_METHOD_UNKNOWN', message: expect.any(String) } },
    ]);
  });

  it('are none when there is nothing to void or refund', async () => {
    await call('voidPayment', { path: { orderId } });
    await call('refundPayment', { path: { orderId } });
    await authorise();
    expect(await readTypes()).toEqual([]);
  });
});

it('every customer of the seed was registered, and its payments were captured', async () => {
  expect(await readEvents('ALFKI')).toEqual([{ type: 'CustomerRegistered', data: { status: 'ACTIVE' } }]);
  expect((await readEvents('10248')).map(({ type }) => type)).toEqual(['PaymentAuthorised', 'PaymentCaptured']);
});
