import type { ContractCase } from '../contract-suite.js';
import type { ParticipantCase } from '../participant-suite.bench.js';

/** The customer service over Northwind's customers, as a participant. */
export const customerParticipant: ParticipantCase<'customer'> = {
  service: 'customer',
  acts: [
    {
      do: {
        operation: 'authorisePayment',
        body: buildPayment('ALFKI-card', '12.34'),
        otherBody: buildPayment('ALFKI-card', '12.35'),
        exists: 'PAYMENT_EXISTS',
      },
      refused: { body: buildPayment('ALFKI-voucher', '5.01'), status: 409, code: 'PAYMENT_DECLINED' },
      undo: { operation: 'voidPayment', tooLate: 'PAYMENT_CAPTURED' },
      finish: { operation: 'capturePayment', missing: 'PAYMENT_MISSING' },
      revoke: { operation: 'refundPayment' },
    },
  ],
};

const A = { orderId: 'A' };
const B = { orderId: 'B' };
const C = { orderId: 'C' };
const small = buildPayment('ALFKI-card', '5.00');
const large = buildPayment('ALFKI-voucher', '5.01');
const foreign = buildPayment('ANATR-card', '5.00');

/** Every answer of the customer service over Northwind's customers. */
export const customerContract: ContractCase<'customer'> = {
  service: 'customer',
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
    { operation: 'refundPayment', request: { path: B, key: 'key' }, answers: '422 IDEMPOTENCY_KEY_REUSED' },
    { operation: 'refundPayment', request: { path: C }, answers: 200 },
    { operation: 'refundPayment', request: { path: A }, answers: 200 },
    { operation: 'getPayments', request: { query: { orderIds: 'A,B' } }, answers: 200 },
  ],
};

function buildPayment(paymentMethodId: string, amount: string): object {
  return { customerId: 'ALFKI', paymentMethodId, amount: { amount, currency: 'USD' } };
}
