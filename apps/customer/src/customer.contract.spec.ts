import { afterAll, beforeAll } from '@jest/globals';
import { readConfig } from '@bff/config';
import type { RunningService } from '@bff/service';
import { contractSuite, createTestDatabase } from '@bff/testing';
import { customerConfig } from './customer.config.js';
import { startCustomer } from './customer.service.js';
import type { CustomerTables } from './customer.tables.js';

let customer: RunningService<CustomerTables>;

beforeAll(async () => {
  const config = readConfig(customerConfig, { CUSTOMER_DATABASE_URL: await createTestDatabase(), SEED: 'northwind' });
  customer = await startCustomer(config, { port: 0, quiet: true });
});
afterAll(() => customer.close());

const A = { orderId: 'A' };
const B = { orderId: 'B' };
const small = payment('ALFKI-card', '5.00');
const large = payment('ALFKI-voucher', '5.01');
const foreign = payment('ANATR-card', '5.00');

contractSuite({
  service: 'customer',
  url: () => customer.url,
  steps: [
    { operation: 'getCustomers', request: { query: { ids: 'ALFKI,ANATR,unknown' } }, answers: 200 },
    { operation: 'authorisePayment', request: { path: A, key: 'key', body: small }, answers: 200 },
    {
      operation: 'authorisePayment',
      request: { path: A, key: 'key', body: large },
      answers: '422 IDEMPOTENCY_KEY_REUSED',
    },
    { operation: 'authorisePayment', request: { path: A, body: large }, answers: '409 PAYMENT_EXISTS' },
    { operation: 'authorisePayment', request: { path: B, body: large }, answers: '409 PAYMENT_DECLINED' },
    { operation: 'authorisePayment', request: { path: B, body: foreign }, answers: '422 PAYMENT_METHOD_UNKNOWN' },
    { operation: 'capturePayment', request: { path: B }, answers: '409 PAYMENT_MISSING' },
    { operation: 'capturePayment', request: { path: B, key: 'key' }, answers: '422 IDEMPOTENCY_KEY_REUSED' },
    { operation: 'capturePayment', request: { path: A }, answers: 200 },
    { operation: 'voidPayment', request: { path: A }, answers: '409 PAYMENT_CAPTURED' },
    { operation: 'voidPayment', request: { path: B, key: 'key' }, answers: '422 IDEMPOTENCY_KEY_REUSED' },
    { operation: 'voidPayment', request: { path: B }, answers: 200 },
    { operation: 'authorisePayment', request: { path: B, body: small }, answers: '409 UNDONE' },
    { operation: 'capturePayment', request: { path: B }, answers: '409 UNDONE' },
    { operation: 'getPayments', request: { query: { orderIds: 'A,B' } }, answers: 200 },
  ],
});

function payment(paymentMethodId: string, amount: string): object {
  return { customerId: 'ALFKI', paymentMethodId, amount: { amount, currency: 'USD' } };
}
