import type { ContractCase } from '../contract-suite.js';
import type { ParticipantCase } from '../participant-suite.bench.js';

/** The order service as a participant. */
export const orderParticipant: ParticipantCase<'order'> = {
  service: 'order',
  acts: [
    {
      do: {
        operation: 'openOrder',
        body: buildChaiOrder(2, '36.00'),
        otherBody: buildChaiOrder(3, '54.00'),
        exists: 'ORDER_EXISTS',
      },
      refused: { body: buildChaiOrder(2, '36.01'), status: 422, code: 'TOTAL_MISMATCH' },
      undo: { operation: 'rejectOrder', body: { reason: 'OUT_OF_STOCK' }, tooLate: 'ORDER_CONFIRMED' },
      finish: { operation: 'confirmOrder', missing: 'ORDER_MISSING' },
      revoke: { operation: 'cancelOrder' },
    },
  ],
};

const A = { orderId: 'A' };
const B = { orderId: 'B' };
const C = { orderId: 'C' };
const ofAlfki = { customerId: 'ALFKI' };
const one = buildChaiOrder(1, '18.00');
const two = buildChaiOrder(2, '36.00');
const wrong = buildChaiOrder(2, '36.01');
const because = { reason: 'PAYMENT_DECLINED' };

/** Every answer of the order service over Northwind's orders. */
export const orderContract: ContractCase<'order'> = {
  service: 'order',
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
    { operation: 'cancelOrder', request: { path: B, key: 'key' }, answers: '422 IDEMPOTENCY_KEY_REUSED' },
    { operation: 'cancelOrder', request: { path: C }, answers: 200 },
    { operation: 'cancelOrder', request: { path: A }, answers: 200 },
  ],
};

/** An order of some Chai, and some that is given away. */
function buildChaiOrder(quantity: number, total: string): object {
  const toUsd = (amount: string) => ({ amount, currency: 'USD' });
  const lineTotal = toUsd(`${quantity * 18}.00`);
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
    lines: [
      { productId: '1', quantity, unitPrice: toUsd('18.00'), discountPercent: 0, lineTotal },
      { productId: '1', quantity: 1, unitPrice: toUsd('18.00'), discountPercent: 100, lineTotal: toUsd('0.00') },
    ],
    total: toUsd(total),
  };
}
