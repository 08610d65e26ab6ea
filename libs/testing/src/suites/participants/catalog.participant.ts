import type { ContractCase } from '../contract-suite.js';
import type { ParticipantCase } from '../participant-suite.bench.js';

/** The catalog over Northwind's products, as a participant. */
export const catalogParticipant: ParticipantCase<'catalog'> = {
  service: 'catalog',
  acts: [
    {
      do: {
        operation: 'reserveStock',
        body: buildLines(['75', 1], ['40', 1]),
        otherBody: buildLines(['75', 2]),
        exists: 'RESERVATION_EXISTS',
      },
      // The first line could be granted.
      refused: { body: buildLines(['40', 1], ['75', 1_000_000]), status: 409, code: 'OUT_OF_STOCK' },
      undo: { operation: 'releaseStock', tooLate: 'RESERVATION_COMMITTED' },
      finish: { operation: 'commitStock', missing: 'RESERVATION_MISSING' },
      revoke: { operation: 'returnStock' },
    },
  ],
};

const A = { orderId: 'A' };
const B = { orderId: 'B' };
const C = { orderId: 'C' };
const one = buildLines(['75', 1]);
const two = buildLines(['75', 2]);
const tooMuch = buildLines(['75', 1_000_000]);
// Product 5 is discontinued.
const unavailable = buildLines(['5', 1]);

/** Every answer of the catalog over Northwind's products. */
export const catalogContract: ContractCase<'catalog'> = {
  service: 'catalog',
  steps: [
    { operation: 'listCategories', request: {}, answers: 200 },
    { operation: 'getProducts', request: { query: { ids: '1,2,unknown' } }, answers: 200 },
    { operation: 'searchProducts', request: { query: { search: 'ch', categoryId: '1', first: 2 } }, answers: 200 },
    { operation: 'relatedProducts', request: { path: { productId: '1' }, query: { first: 3 } }, answers: 200 },
    { operation: 'reserveStock', request: { path: A, key: 'key', body: one }, answers: 200 },
    { operation: 'reserveStock', request: { path: A, key: 'key', body: two }, answers: '422 IDEMPOTENCY_KEY_REUSED' },
    { operation: 'reserveStock', request: { path: A, body: two }, answers: '409 RESERVATION_EXISTS' },
    { operation: 'reserveStock', request: { path: B, body: tooMuch }, answers: '409 OUT_OF_STOCK' },
    { operation: 'reserveStock', request: { path: B, body: unavailable }, answers: '422 PRODUCT_UNAVAILABLE' },
    { operation: 'commitStock', request: { path: B }, answers: '409 RESERVATION_MISSING' },
    { operation: 'commitStock', request: { path: B, key: 'key' }, answers: '422 IDEMPOTENCY_KEY_REUSED' },
    { operation: 'commitStock', request: { path: A }, answers: 200 },
    { operation: 'releaseStock', request: { path: A }, answers: '409 RESERVATION_COMMITTED' },
    { operation: 'releaseStock', request: { path: B, key: 'key' }, answers: '422 IDEMPOTENCY_KEY_REUSED' },
    { operation: 'releaseStock', request: { path: B }, answers: 200 },
    { operation: 'reserveStock', request: { path: B, body: one }, answers: '409 UNDONE' },
    { operation: 'commitStock', request: { path: B }, answers: '409 UNDONE' },
    { operation: 'returnStock', request: { path: B, key: 'key' }, answers: '422 IDEMPOTENCY_KEY_REUSED' },
    { operation: 'returnStock', request: { path: C }, answers: 200 },
    { operation: 'returnStock', request: { path: A }, answers: 200 },
    { operation: 'getReservations', request: { query: { orderIds: 'A,B' } }, answers: 200 },
  ],
  elsewhere: ['RESERVATION_EXPIRED'],
};

function buildLines(...wanted: readonly (readonly [productId: string, quantity: number])[]): object {
  return { lines: wanted.map(([productId, quantity]) => ({ productId, quantity })) };
}
