import { afterAll, beforeAll } from '@jest/globals';
import { readConfig } from '@bff/config';
import type { RunningService } from '@bff/service';
import { contractSuite, createTestDatabase } from '@bff/testing';
import { orderConfig } from './order.config.js';
import { startOrder } from './order.service.js';
import type { OrderTables } from './order.tables.js';

let order: RunningService<OrderTables>;

beforeAll(async () => {
  const config = readConfig(orderConfig, { ORDER_DATABASE_URL: await createTestDatabase(), SEED: 'northwind' });
  order = await startOrder(config, { port: 0, quiet: true });
});
afterAll(() => order.close());

const A = { orderId: 'A' };
const B = { orderId: 'B' };
const ofAlfki = { customerId: 'ALFKI' };
const one = chai(1, '18.00');
const two = chai(2, '36.00');
const wrong = chai(2, '36.01');
const because = { reason: 'PAYMENT_DECLINED' };

contractSuite({
  service: 'order',
  url: () => order.url,
  steps: [
    { operation: 'getOrders', request: { query: { ids: '10248,10249,unknown' } }, answers: 200 },
    { operation: 'listOrdersOfCustomer', request: { path: ofAlfki, query: { first: 2 } }, answers: 200 },
    { operation: 'lastPurchases', request: { path: ofAlfki, query: { productIds: '28,39' } }, answers: 200 },
    { operation: 'openOrder', request: { path: A, key: 'key', body: one }, answers: 200 },
    { operation: 'openOrder', request: { path: A, key: 'key', body: two }, answers: '422 IDEMPOTENCY_KEY_REUSED' },
    { operation: 'openOrder', request: { path: A, body: two }, answers: '409 ORDER_EXISTS' },
    { operation: 'openOrder', request: { path: B, body: wrong }, answers: '422 TOTAL_MISMATCH' },
    { operation: 'confirmOrder', request: { path: B }, answers: '409 ORDER_MISSING' },
    { operation: 'confirmOrder', request: { path: B, key: 'key' }, answers: '422 IDEMPOTENCY_KEY_REUSED' },
    { operation: 'confirmOrder', request: { path: A }, answers: 200 },
    { operation: 'rejectOrder', request: { path: A, body: because }, answers: '409 ORDER_CONFIRMED' },
    {
      operation: 'rejectOrder',
      request: { path: B, key: 'key', body: because },
      answers: '422 IDEMPOTENCY_KEY_REUSED',
    },
    { operation: 'rejectOrder', request: { path: B, body: because }, answers: 200 },
    { operation: 'openOrder', request: { path: B, body: one }, answers: '409 UNDONE' },
    { operation: 'confirmOrder', request: { path: B }, answers: '409 UNDONE' },
  ],
});

function chai(quantity: number, total: string): object {
  const usd = (amount: string) => ({ amount, currency: 'USD' });
  const lineTotal = usd(`${quantity * 18}.00`);
  return {
    customerId: 'ALFKI',
    paymentMethodId: 'ALFKI-card',
    shippingAddress: {
      recipient: 'Maria',
      street: 'Obere Str. 57',
      city: 'Berlin',
      region: null,
      postalCode: '12209',
      country: 'Germany',
    },
    lines: [{ productId: '1', quantity, unitPrice: usd('18.00'), discountPercent: 0, lineTotal }],
    total: usd(total),
  };
}
