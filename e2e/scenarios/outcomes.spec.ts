import { expect } from '@jest/globals';
import { scenarios } from '@bff/testing';
import { CreateOrder, twoMugs } from '../support/documents.js';
import { startScenarioWorld } from '../support/scenario.world.js';

const scenario = scenarios(startScenarioWorld);

const UNDONE = ['customer.voidPayment', 'catalog.releaseStock', 'order.rejectOrder'] as const;
const DONE = ['order.openOrder', 'catalog.reserveStock', 'customer.authorisePayment'] as const;

scenario('an order is confirmed', async (t) => {
  const { data } = await t.as('ada').gql(CreateOrder, { input: twoMugs() });
  expect(data.createOrder).toMatchObject({ __typename: 'OrderConfirmed', total: { amount: '8.00', currency: 'USD' } });
  await t.callLog.expectBalanced();
  t.callLog.expectSteps(...DONE, 'order.confirmOrder', 'customer.capturePayment', 'catalog.commitStock');
});

scenario('an order that is sent twice is one order', async (t) => {
  const input = twoMugs();
  const [first, second] = await Promise.all([1, 2].map(() => t.as('ada').gql(CreateOrder, { input })));
  expect(second?.data).toEqual(first?.data);
  t.callLog.expectExactlyOnce('customer.authorisePayment');
});

scenario('a voucher that does not cover the order is declined, and everything is undone', async (t) => {
  const { data } = await t.as('ada').gql(CreateOrder, { input: twoMugs({ paymentMethodId: 'ada-voucher' }) });
  expect(data.createOrder).toMatchObject({ __typename: 'PaymentDeclined' });
  t.callLog.expectSteps('order.openOrder', 'catalog.reserveStock', 'customer.authorisePayment x409', ...UNDONE);
});

scenario('a price that changes on the way is PriceChanged, and nothing is kept', async (t) => {
  const mug = {
    id: 'mug',
    categoryId: 'kitchen',
    name: 'Mug',
    packaging: '1 piece',
    supplier: 'Kiln & Sons',
    onHand: 10,
    reserved: 0,
    sold: 0,
    discontinued: false,
  };
  let reads = 0;
  const raisePrice = () => ({ amount: ++reads === 1 ? '4.00' : '5.00', currency: 'USD' });
  t.catalog.getProducts.reply(200, () => ({ items: [{ ...mug, price: raisePrice() }] }));
  const { data } = await t.as('ada').gql(CreateOrder, { input: twoMugs() });
  expect(data.createOrder).toMatchObject({
    __typename: 'PriceChanged',
    productId: 'mug',
    oldPrice: { amount: '4.00' },
    newPrice: { amount: '5.00' },
  });
  t.callLog.expectSteps(...DONE, ...UNDONE);
});

scenario('stock that others took first is OutOfStock, and the order is rejected', async (t) => {
  t.catalog.reserveStock.reply(409, {
    code: 'OUT_OF_STOCK',
    message: 'One is left.',
    details: { productId: 'mug', requested: 2, available: 1 },
  });
  const { data } = await t.as('ada').gql(CreateOrder, { input: twoMugs() });
  expect(data.createOrder).toMatchObject({ __typename: 'OutOfStock', requested: 2, available: 1 });
  t.callLog.expectSteps('order.openOrder', 'catalog.reserveStock x409', 'catalog.releaseStock', 'order.rejectOrder');
});

scenario('a blocked customer is not eligible, and nothing is written', async (t) => {
  const bob = { shippingAddressId: 'bob-home', paymentMethodId: 'bob-card' };
  const { data } = await t.as('bob').gql(CreateOrder, { input: twoMugs(bob) });
  expect(data.createOrder).toMatchObject({ __typename: 'CustomerNotEligible', reason: 'BLOCKED' });
  t.callLog.expectSteps();
});

scenario('an order whose lines have no total is refused immediately, and nothing is written', async (t) => {
  const mug = {
    id: 'mug',
    categoryId: 'kitchen',
    name: 'Mug',
    packaging: '1 piece',
    supplier: 'Kiln & Sons',
    onHand: 10,
    reserved: 0,
    sold: 0,
    discontinued: false,
  };
  t.catalog.getProducts.reply(200, {
    items: [
      { ...mug, price: { amount: '4.00', currency: 'USD' } },
      { ...mug, id: 'tasse', price: { amount: '4.00', currency: 'EUR' } },
    ],
  });
  const lines = ['mug', 'tasse'].map((productId) => ({ productId, quantity: 1 }));
  const { data } = await t.as('ada').gql(CreateOrder, { input: twoMugs({ lines }) });
  expect(data.createOrder).toMatchObject({ __typename: 'OrderHasNoTotal', problem: 'SEVERAL_CURRENCIES' });
  t.callLog.expectSteps();
});

scenario('a reply that is lost charges once', async (t) => {
  t.customer.authorisePayment.once.fail('lost-reply');
  const { data } = await t.as('ada').gql(CreateOrder, { input: twoMugs() });
  expect(data.createOrder).toMatchObject({ __typename: 'OrderConfirmed' });
  t.callLog.expectExactlyOnce('customer.authorisePayment');
  expect(t.customer.authorisePayment.calls).toHaveLength(2);
});

scenario('an order that takes its time is pending, and confirmed in the end', async (t) => {
  t.step('reserve the stock').fail({ latency: 300 });
  const { data } = await t.as('ada').gql(CreateOrder, { input: twoMugs({ waitMs: 0 }) });
  expect(data.createOrder).toMatchObject({ __typename: 'OrderPending' });
  await t.placed(data.createOrder.orderId).reaches('CONFIRMED');
  await t.callLog.expectBalanced();
});

scenario('forty buyers of ten mugs: ten get one, and thirty get OutOfStock', async (t) => {
  const createInput = () => twoMugs({ lines: [{ productId: 'mug', quantity: 1 }] });
  const answers = await Promise.all(
    Array.from({ length: 40 }, () => t.as('ada').gql(CreateOrder, { input: createInput() })),
  );
  const count = (name: string) => answers.filter(({ data }) => data.createOrder.__typename === name).length;
  expect([count('OrderConfirmed'), count('OutOfStock')]).toEqual([10, 30]);
  await t.callLog.expectBalanced();
});
