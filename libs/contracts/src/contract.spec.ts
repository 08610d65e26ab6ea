import { describe, expect, it } from '@jest/globals';
import { getOperation } from './contract.js';
import { ContractViolation } from './contract-violation.js';
import type { RawRequest } from './contract.js';

const nothing: RawRequest = { path: {}, query: {}, headers: {}, body: undefined };
const reserveStock = getOperation('catalog', 'reserveStock');
const getProducts = getOperation('catalog', 'getProducts');
const searchProducts = getOperation('catalog', 'searchProducts');

const good: RawRequest = {
  path: { orderId: 'A' },
  query: {},
  headers: { 'idempotency-key': 'key', 'user-agent': 'anything' },
  body: { lines: [{ productId: '1', quantity: 2 }] },
};

const PRODUCT = {
  id: '1',
  categoryId: '2',
  name: 'Tea',
  packaging: 'a box',
  supplier: 'Ada',
  discontinued: false,
  price: { amount: '1.00', currency: 'USD' },
  onHand: 1,
  reserved: 0,
  sold: 0,
};

function findViolation(work: () => unknown): string {
  try {
    work();
  } catch (error) {
    if (error instanceof ContractViolation) return error.message;
    throw error;
  }
  return 'nothing';
}

describe('a request that keeps its contract', () => {
  it('is given back with numbers as numbers, lists as lists and defaults filled in', () => {
    expect(searchProducts.checkRequest({ ...nothing, query: { first: '5' } }).query).toEqual({ first: 5 });
    expect(searchProducts.checkRequest(nothing).query).toEqual({ first: 20 });
    expect(getProducts.checkRequest({ ...nothing, query: { ids: '1,2' } }).query).toEqual({ ids: ['1', '2'] });
    expect(getProducts.checkRequest({ ...nothing, query: { ids: '1' } }).query).toEqual({ ids: ['1'] });
    expect(getProducts.checkRequest({ ...nothing, query: { ids: ['1', '2'] } }).query).toEqual({ ids: ['1', '2'] });
  });

  it('carries the headers of the contract and no others', () => {
    expect(reserveStock.checkRequest(good)).toEqual({ ...good, headers: { 'idempotency-key': 'key' } });
  });

  it('is not changed', () => {
    const request = { ...nothing, query: Object.freeze({ first: '5' }) };
    searchProducts.checkRequest(request);
    expect(request.query).toEqual({ first: '5' });
  });
});

describe('a request that violates its contract is refused with the place', () => {
  it.each([
    [
      'path',
      { path: { orderId: 'no good' } },
      String.raw`path.orderId must match pattern "^(?!\.{1,2}$)[A-Za-z0-9._:-]+$"`,
    ],
    ['query', { query: { nonsense: '1' } }, 'query must not have "nonsense"'],
    ['headers', { headers: {} }, "headers must have required property 'idempotency-key'"],
    ['a missing body', { body: undefined }, 'body must be object'],
    ['an incomplete body', { body: {} }, "body must have required property 'lines'"],
    ['a quantity of 0', { body: { lines: [{ productId: '1', quantity: 0 }] } }, 'body.lines.0.quantity must be >= 1'],
    [
      'a quantity as text',
      { body: { lines: [{ productId: '1', quantity: '2' }] } },
      'body.lines.0.quantity must be integer',
    ],
    ['a half unit', { body: { lines: [{ productId: '1', quantity: 0.5 }] } }, 'body.lines.0.quantity must be integer'],
    ['no lines', { body: { lines: [] } }, 'body.lines must NOT have fewer than 1 items'],
    [
      'a misspelt property',
      { body: { lines: [{ product: '1', quantity: 1 }] } },
      "body.lines.0 must have required property 'productId'",
    ],
  ])('%s', (_, change, message) => {
    expect(findViolation(() => reserveStock.checkRequest({ ...good, ...change }))).toBe(message);
  });

  it('a list that is too long', () => {
    const ids = Array.from({ length: 101 }, (_, index) => index).join(',');
    expect(findViolation(() => getProducts.checkRequest({ ...nothing, query: { ids } }))).toBe(
      'query.ids must NOT have more than 100 items',
    );
  });
});

describe('an answer', () => {
  const rejection = {
    code: 'OUT_OF_STOCK',
    message: 'Too late.',
    details: { productId: '1', requested: 2, available: 1 },
  };

  it('may be what the contract says', () => {
    expect(findViolation(() => reserveStock.checkAnswer(409, rejection))).toBe('nothing');
    expect(findViolation(() => reserveStock.checkAnswer(400, { code: 'BAD_REQUEST', message: 'body is wrong' }))).toBe(
      'nothing',
    );
  });

  it('may be a failure of any status', () => {
    expect(findViolation(() => reserveStock.checkAnswer(503, { code: 'UNAVAILABLE', message: 'Later.' }))).toBe(
      'nothing',
    );
  });

  it.each([
    [200, {}, "getProducts answer 200 must have required property 'items'"],
    [200, { items: [{}] }, "getProducts answer 200.items.0 must have required property 'id'"],
    [200, { items: [], more: 1 }, 'getProducts answer 200 must not have "more"'],
    [200, null, 'getProducts answer 200 must be object'],
    [
      500,
      { code: 'OOPS', message: 'x' },
      'getProducts answer 500.code must be one of BAD_REQUEST, NOT_FOUND, PAYLOAD_TOO_LARGE, UNAVAILABLE, INTERNAL',
    ],
  ])('of %i that is %j is refused with the place where it violates the contract', (status, body, message) => {
    expect(findViolation(() => getProducts.checkAnswer(status, body))).toBe(message);
  });

  it('is read also when the service is ahead: what the contract does not name does no harm, at any depth', () => {
    const products = { items: [{ ...PRODUCT, colour: 'red', price: { ...PRODUCT.price, tax: '1.00' } }], more: 1 };
    expect(findViolation(() => getProducts.checkAnswer(200, products))).not.toBe('nothing');
    expect(findViolation(() => getProducts.acceptAnswer(200, products))).toBe('nothing');
    expect(findViolation(() => getProducts.acceptAnswer(200, { items: [{ ...PRODUCT, price: '1.00' }] }))).toBe(
      'getProducts answer 200.items.0.price must be object',
    );
  });

  it('cannot give a code that the contract does not know', () => {
    expect(findViolation(() => reserveStock.checkAnswer(409, { code: 'MAYBE', message: 'x' }))).toMatch(
      /^reserveStock answer 409\.code must be one of OUT_OF_STOCK, PRODUCT_UNAVAILABLE, /,
    );
  });
});

describe('an operation', () => {
  it('that no contract has is a mistake of the caller, and the error says so', () => {
    // What a typed caller cannot write.
    expect(() => getOperation('catalog', 'sellEverything' as 'getProducts')).toThrow(
      'The catalog contract has no operation "sellEverything"',
    );
  });
});
