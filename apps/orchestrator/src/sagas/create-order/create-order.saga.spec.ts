import { afterEach, describe, expect, it } from '@jest/globals';
import type {
  CreateOrderRequest,
  CreateOrderResult,
  Customer,
  Order,
  Payment,
  Product,
  Reservation,
} from '@bff/contracts';
import { createDownstreams, withOptions } from '@bff/downstreams';
import { Rejection } from '@bff/kernel';
import { tell } from '@bff/saga';
import type { DurableRun, Outcome } from '@bff/saga';
import { stubDownstream } from '@bff/testing';
import type { StubAnswers, StubDownstream } from '@bff/testing';
import { createOrder } from './create-order.saga.js';

const usd = (amount: string) => ({ amount, currency: 'USD' });
const home = { recipient: 'Ada', street: '1 Byron Rd', city: 'London', region: null, postalCode: 'W1', country: 'UK' };

const ada: Customer = {
  ...{ id: 'ada', companyName: 'Ada & Sons', contactName: 'Ada', contactTitle: 'Owner', phone: '1', status: 'ACTIVE' },
  addresses: [{ id: 'home', label: 'Home', ...home }],
  paymentMethods: [{ id: 'card', kind: 'CARD', label: 'Visa', limit: usd('100.00'), available: usd('100.00') }],
};
const mug: Product = {
  ...{ id: 'mug', categoryId: 'c', name: 'Mug', packaging: '1', supplier: 'Kiln', price: usd('4.00') },
  ...{ onHand: 5, reserved: 0, sold: 0, discontinued: false },
};
const request: CreateOrderRequest = {
  ...{ customerId: 'ada', shippingAddressId: 'home', paymentMethodId: 'card' },
  lines: [{ productId: 'mug', quantity: 2 }],
};
const placed: Order = {
  ...{ id: 'o-1', customerId: 'ada', status: 'PENDING', reason: null, placedAt: '2026-01-02T03:04:05.000Z' },
  ...{ paymentMethodId: 'card', shippingAddress: home, total: usd('8.00') },
  lines: [{ productId: 'mug', quantity: 2, unitPrice: usd('4.00'), discountPercent: 0, lineTotal: usd('8.00') }],
};
const reserved: Reservation = {
  ...{ orderId: 'o-1', state: 'RESERVED', lines: [{ productId: 'mug', quantity: 2 }] },
  expiresAt: new Date(Date.now() + 900_000).toISOString(),
};
const authorised: Payment = {
  ...{ orderId: 'o-1', customerId: 'ada', paymentMethodId: 'card', label: 'Visa', amount: usd('8.00') },
  ...{ state: 'AUTHORISED', updatedAt: '2026-01-02T03:04:05.000Z' },
};

let stubs: StubDownstream[] = [];
/** Every call, in order: operation, and the body that matters. */
let asked: string[] = [];
afterEach(async () => {
  await Promise.all(stubs.map((stub) => stub.close()));
  stubs = [];
});

interface Answers {
  readonly order?: StubAnswers<'order'>;
  readonly customer?: StubAnswers<'customer'>;
  readonly catalog?: StubAnswers<'catalog'>;
}

/** An engine that forgets nothing and never fails: the story is what is told here. */
const durable: DurableRun = { run: (_name, action) => action() };

/** Tells the story over participants that say yes, but for what a test makes them say. */
async function place(answers: Answers = {}): Promise<Outcome<CreateOrderResult>> {
  asked = [];
  const note = <T>(what: string, answer: T): T => {
    asked.push(what);
    return answer;
  };
  const order = await stubDownstream('order', {
    openOrder: ({ body }) => note(`openOrder ${body.total.amount}`, placed),
    rejectOrder: ({ body }) => note(`rejectOrder ${body.reason}`, { orderId: 'o-1', rejected: true }),
    confirmOrder: () => note('confirmOrder', { ...placed, status: 'CONFIRMED' as const }),
    ...answers.order,
  });
  const customer = await stubDownstream('customer', {
    getCustomers: () => ({ items: [ada] }),
    authorisePayment: ({ body }) => note(`authorisePayment ${body.amount.amount}`, authorised),
    voidPayment: () => note('voidPayment', { orderId: 'o-1', voided: true }),
    capturePayment: () => note('capturePayment', { ...authorised, state: 'CAPTURED' as const }),
    ...answers.customer,
  });
  const catalog = await stubDownstream('catalog', {
    getProducts: () => ({ items: [mug] }),
    reserveStock: ({ body }) => note(`reserveStock ${body.lines.map((l) => l.quantity).join()}`, reserved),
    releaseStock: () => note('releaseStock', { orderId: 'o-1', released: true }),
    commitStock: () => note('commitStock', { ...reserved, state: 'COMMITTED' as const }),
    ...answers.catalog,
  });
  stubs = [order, customer, catalog];
  const downstreams = createDownstreams({
    ...{ ORDER_URL: order.url, CUSTOMER_URL: customer.url, CATALOG_URL: catalog.url, DOWNSTREAM_TIMEOUT_MS: 2_000 },
  });
  return tell(createOrder, 'o-1', request, durable, (call) => withOptions(downstreams, call));
}

const saysNo =
  (...no: ConstructorParameters<typeof Rejection>) =>
  () => {
    throw new Rejection(...no);
  };

describe('CreateOrder', () => {
  it('opens, reserves, authorises, confirms, captures and commits', async () => {
    await expect(place()).resolves.toEqual({ outcome: 'completed', result: { orderId: 'o-1', total: usd('8.00') } });
    expect(asked).toEqual([
      ...['openOrder 8.00', 'reserveStock 2', 'authorisePayment 8.00', 'confirmOrder', 'capturePayment', 'commitStock'],
    ]);
  });

  it.each([
    ['there is no such customer', [], 'UNKNOWN_CUSTOMER'],
    ['the customer is blocked', [{ ...ada, status: 'BLOCKED' as const }], 'BLOCKED'],
    ['the address is not theirs', [{ ...ada, addresses: [] }], 'UNKNOWN_ADDRESS'],
    ['the payment method is not theirs', [{ ...ada, paymentMethods: [] }], 'UNKNOWN_PAYMENT_METHOD'],
  ])('writes nothing when %s', async (_what, items, reason) => {
    await expect(place({ customer: { getCustomers: () => ({ items }) } })).resolves.toMatchObject({
      ...{ outcome: 'rejected', step: 'verify the customer' },
      rejection: { code: 'CUSTOMER_NOT_ELIGIBLE', details: { reason } },
    });
    expect(asked).toEqual([]);
  });

  it.each([
    ['there is no such product', [], 'PRODUCT_UNAVAILABLE', { productId: 'mug' }],
    ['the product is discontinued', [{ ...mug, discontinued: true }], 'PRODUCT_UNAVAILABLE', { productId: 'mug' }],
    [
      'there is too little of it',
      [{ ...mug, onHand: 1 }],
      'OUT_OF_STOCK',
      { productId: 'mug', requested: 2, available: 1 },
    ],
  ])('writes nothing when %s', async (_what, items, code, details) => {
    await expect(place({ catalog: { getProducts: () => ({ items }) } })).resolves.toMatchObject({
      ...{ outcome: 'rejected', step: 'price the lines', rejection: { code, details } },
    });
    expect(asked).toEqual([]);
  });

  it('rejects the order when others were faster and the stock is gone', async () => {
    const details = { productId: 'mug', requested: 2, available: 1 };
    await expect(
      place({ catalog: { reserveStock: saysNo('OUT_OF_STOCK', 'One is left.', details) } }),
    ).resolves.toEqual({
      ...{ outcome: 'rejected', step: 'reserve the stock' },
      rejection: { code: 'OUT_OF_STOCK', message: 'One is left.', details },
    });
    expect(asked).toEqual(['openOrder 8.00', 'releaseStock', 'rejectOrder OUT_OF_STOCK']);
  });

  it('releases the stock and rejects the order when the card is declined', async () => {
    await expect(place({ customer: { authorisePayment: saysNo('PAYMENT_DECLINED', 'No.') } })).resolves.toMatchObject({
      outcome: 'rejected',
      step: 'authorise the payment',
      rejection: { code: 'PAYMENT_DECLINED' },
    });
    expect(asked).toEqual([
      ...['openOrder 8.00', 'reserveStock 2', 'voidPayment', 'releaseStock', 'rejectOrder PAYMENT_DECLINED'],
    ]);
  });

  it('undoes everything when a price changed on the way, and says from what to what', async () => {
    let reads = 0;
    const outcome = await place({
      catalog: { getProducts: () => ({ items: [{ ...mug, price: usd(++reads === 1 ? '4.00' : '5.00') }] }) },
    });
    expect(outcome).toMatchObject({
      ...{ outcome: 'rejected', step: 'check the terms again' },
      rejection: { code: 'PRICE_CHANGED', details: { productId: 'mug', oldPrice: '4.00', newPrice: '5.00' } },
    });
    expect(asked.slice(3)).toEqual(['voidPayment', 'releaseStock', 'rejectOrder PRICE_CHANGED']);
  });

  it('undoes everything when the reservation is about to lapse', async () => {
    const expiresAt = new Date(Date.now() + 5_000).toISOString();
    await expect(place({ catalog: { reserveStock: () => ({ ...reserved, expiresAt }) } })).resolves.toMatchObject({
      ...{ outcome: 'rejected', rejection: { code: 'RESERVATION_EXPIRED' } },
    });
    expect(asked.slice(2)).toEqual(['voidPayment', 'releaseStock', 'rejectOrder RESERVATION_EXPIRED']);
  });

  it('undoes everything when the order was undone by somebody else before it could be confirmed', async () => {
    await expect(place({ order: { confirmOrder: saysNo('UNDONE', 'Too late.') } })).resolves.toMatchObject({
      ...{ outcome: 'rejected', step: 'confirm the order', rejection: { code: 'UNDONE' } },
    });
    expect(asked.slice(3)).toEqual(['voidPayment', 'releaseStock', 'rejectOrder UNDONE']);
  });
});
