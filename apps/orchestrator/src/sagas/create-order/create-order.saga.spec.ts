import { describe, expect } from '@jest/globals';
import type { CreateOrderRequest } from '@bff/contracts';
import { shopSeed } from '@bff/fakes';
import { rehearsals } from '@bff/testing';
import { createOrder } from './create-order.saga.js';

const rehearsal = rehearsals();

const usd = (amount: string) => ({ amount, currency: 'USD' });

/** Two mugs for ada: 8.00, on her card. */
const request: CreateOrderRequest = {
  customerId: 'ada',
  shippingAddressId: 'ada-home',
  paymentMethodId: 'ada-card',
  lines: [{ productId: 'mug', quantity: 2 }],
};

const [mug] = shopSeed.catalog.products;
if (!mug) throw new Error('There is no mug in the shop');

const DONE = ['order.openOrder', 'catalog.reserveStock', 'customer.authorisePayment'] as const;
const UNDONE = ['customer.voidPayment', 'catalog.releaseStock', 'order.rejectOrder'] as const;

describe('CreateOrder', () => {
  rehearsal('opens, reserves, authorises, confirms, captures and commits', async (t) => {
    const outcome = await t.execute(createOrder, request);
    const [opened] = t.order.openOrder.calls;
    expect(outcome).toEqual({ outcome: 'completed', result: { orderId: opened?.path.orderId, total: usd('8.00') } });
    t.callLog.expectSteps(...DONE, 'order.confirmOrder', 'customer.capturePayment', 'catalog.commitStock');
    expect(opened?.body).toMatchObject({ customerId: 'ada', shippingAddress: { city: 'London' }, total: usd('8.00') });
    expect(t.catalog.reserveStock.calls[0]?.body).toEqual({ lines: request.lines });
    expect(t.customer.authorisePayment.calls[0]?.body).toEqual({
      customerId: 'ada',
      paymentMethodId: 'ada-card',
      amount: usd('8.00'),
    });
  });

  rehearsal.each([
    { when: 'there is no such customer', asks: { customerId: 'eve' }, reason: 'UNKNOWN_CUSTOMER' },
    { when: 'the customer is blocked', asks: { customerId: 'bob' }, reason: 'BLOCKED' },
    { when: 'the address is not theirs', asks: { shippingAddressId: 'bob-home' }, reason: 'UNKNOWN_ADDRESS' },
    {
      when: 'the payment method is not theirs',
      asks: { paymentMethodId: 'bob-card' },
      reason: 'UNKNOWN_PAYMENT_METHOD',
    },
  ])('writes nothing when $when', async (t, { asks, reason }) => {
    expect(await t.execute(createOrder, { ...request, ...asks })).toMatchObject({
      outcome: 'rejected',
      step: 'verify the customer and the lines',
      rejection: { code: 'CUSTOMER_NOT_ELIGIBLE', details: { reason } },
    });
    t.callLog.expectSteps();
  });

  rehearsal.each([
    { when: 'there is no such product', productId: 'spoon', code: 'PRODUCT_UNAVAILABLE', details: {} },
    { when: 'the product is discontinued', productId: 'kettle', code: 'PRODUCT_UNAVAILABLE', details: {} },
    {
      when: 'there is too little of it',
      productId: 'teapot',
      code: 'OUT_OF_STOCK',
      details: { requested: 2, available: 1 },
    },
  ])('writes nothing when $when', async (t, { productId, code, details }) => {
    expect(await t.execute(createOrder, { ...request, lines: [{ productId, quantity: 2 }] })).toMatchObject({
      outcome: 'rejected',
      step: 'verify the customer and the lines',
      rejection: { code, details: { productId, ...details } },
    });
    t.callLog.expectSteps();
  });

  rehearsal.each([
    { when: 'its lines are in several currencies', prices: ['4.00 USD', '4.00 EUR'], reason: 'SEVERAL_CURRENCIES' },
    { when: 'a line costs too much', prices: ['900000000000.00 USD', '1.00 USD'], reason: 'TOO_MUCH_MONEY' },
    { when: 'its sum is too much', prices: ['499999999999.00 USD', '2.00 USD'], reason: 'TOO_MUCH_MONEY' },
  ])('rejects an order immediately when $when', async (t, { prices, reason }) => {
    const products = prices.map((price, nth) => {
      const [amount = '', currency = ''] = price.split(' ');
      return { ...mug, id: `p${nth}`, price: { amount, currency } };
    });
    t.catalog.getProducts.reply(200, { items: products });
    const lines = products.map(({ id }) => ({ productId: id, quantity: 2 }));
    expect(await t.execute(createOrder, { ...request, lines })).toMatchObject({
      outcome: 'rejected',
      rejection: { code: 'NO_TOTAL', details: { reason } },
    });
    expect(t.catalog.getProducts.calls).toHaveLength(1);
    t.callLog.expectSteps();
  });

  rehearsal('sums an order in the currency of its lines, which its payment method must cover', async (t) => {
    const price = { amount: '4.00', currency: 'EUR' };
    t.catalog.getProducts.reply(200, { items: [{ ...mug, price }] });
    expect(await t.execute(createOrder, request)).toMatchObject({
      outcome: 'rejected',
      step: 'authorise the payment',
      rejection: { code: 'PAYMENT_DECLINED' },
    });
    expect(t.order.openOrder.calls[0]?.body).toMatchObject({ total: { amount: '8.00', currency: 'EUR' } });
    t.callLog.expectSteps('order.openOrder', 'catalog.reserveStock', 'customer.authorisePayment x409', ...UNDONE);
  });

  rehearsal(
    "asks for the customer and the lines at the same time; when both are rejected, the customer's rejection counts",
    async (t) => {
      t.customer.getCustomers.fail({ latency: 200 });
      const lines = [{ productId: 'spoon', quantity: 1 }];
      expect(await t.execute(createOrder, { ...request, customerId: 'eve', lines })).toMatchObject({
        rejection: { code: 'CUSTOMER_NOT_ELIGIBLE' },
      });
      const [first, second] = t.callLog.calls;
      expect([first?.operation, second?.operation].sort()).toEqual(['getCustomers', 'getProducts']);
      // One after the other, the second would come when the first is answered.
      expect(Math.abs((first?.atMs ?? NaN) - (second?.atMs ?? NaN))).toBeLessThan(200);
    },
  );

  rehearsal('rejects the order when others were faster and the stock is sold out', async (t) => {
    const rejection = {
      code: 'OUT_OF_STOCK' as const,
      message: 'One is left.',
      details: { productId: 'mug', requested: 2, available: 1 },
    };
    t.catalog.reserveStock.reply(409, rejection);
    expect(await t.execute(createOrder, request)).toEqual({
      outcome: 'rejected',
      step: 'reserve the stock',
      rejection,
    });
    t.callLog.expectSteps('order.openOrder', 'catalog.reserveStock x409', 'catalog.releaseStock', 'order.rejectOrder');
    expect(t.order.rejectOrder.calls[0]?.body).toEqual({ reason: 'OUT_OF_STOCK' });
  });

  rehearsal('releases the stock and rejects the order when the card is declined', async (t) => {
    expect(await t.execute(createOrder, { ...request, paymentMethodId: 'ada-voucher' })).toMatchObject({
      outcome: 'rejected',
      step: 'authorise the payment',
      rejection: { code: 'PAYMENT_DECLINED' },
    });
    t.callLog.expectSteps('order.openOrder', 'catalog.reserveStock', 'customer.authorisePayment x409', ...UNDONE);
    expect(t.order.rejectOrder.calls[0]?.body).toEqual({ reason: 'PAYMENT_DECLINED' });
  });

  rehearsal('undoes everything when a price changed on the way, and says from what to what', async (t) => {
    const price = () => usd(t.catalog.getProducts.calls.length === 1 ? '4.00' : '5.00');
    t.catalog.getProducts.reply(200, () => ({ items: [{ ...mug, price: price() }] }));
    expect(await t.execute(createOrder, request)).toMatchObject({
      outcome: 'rejected',
      step: 'check the terms again',
      rejection: { code: 'PRICE_CHANGED', details: { productId: 'mug', oldPrice: '4.00', newPrice: '5.00' } },
    });
    t.callLog.expectSteps(...DONE, ...UNDONE);
    expect(t.order.rejectOrder.calls[0]?.body).toEqual({ reason: 'PRICE_CHANGED' });
  });

  rehearsal('undoes everything when the reservation is about to lapse', async (t) => {
    const expiresAt = new Date(Date.now() + 5_000).toISOString();
    t.catalog.reserveStock.reply(200, ({ path: { orderId }, body: { lines } }) => ({
      orderId,
      state: 'RESERVED',
      lines,
      expiresAt,
    }));
    expect(await t.execute(createOrder, request)).toMatchObject({
      outcome: 'rejected',
      rejection: { code: 'RESERVATION_EXPIRED' },
    });
    t.callLog.expectSteps(...DONE, ...UNDONE);
    expect(t.order.rejectOrder.calls[0]?.body).toEqual({ reason: 'RESERVATION_EXPIRED' });
  });

  rehearsal('undoes everything when the order was undone by another caller before it could be confirmed', async (t) => {
    t.order.confirmOrder.reply(409, { code: 'UNDONE', message: 'Too late.' });
    expect(await t.execute(createOrder, request)).toMatchObject({
      outcome: 'rejected',
      step: 'confirm the order',
      rejection: { code: 'UNDONE' },
    });
    t.callLog.expectSteps(...DONE, 'order.confirmOrder x409', ...UNDONE);
    expect(t.order.rejectOrder.calls[0]?.body).toEqual({ reason: 'UNDONE' });
  });
});
