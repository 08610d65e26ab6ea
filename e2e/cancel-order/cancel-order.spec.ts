import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect } from '@jest/globals';
import { scenarios } from '@bff/testing';
import type { BffScenario } from '@bff/testing';
import { CancelOrder, CreateOrder, twoMugs } from '../support/documents.js';
import { startScenarioWorld } from '../support/scenario.world.js';
import { Cancellation, OrderTimeline, toWords } from '../support/timeline.documents.js';

const scenario = scenarios(() => startScenarioWorld({ env: { STEP_RETRY_TIMEOUT_PERCENT: '500' } }));

const DONE = ['order.openOrder', 'catalog.reserveStock', 'customer.authorisePayment'] as const;
const FINAL = ['order.confirmOrder', 'customer.capturePayment', 'catalog.commitStock'] as const;
const UNDONE = ['customer.voidPayment', 'catalog.releaseStock', 'order.rejectOrder'] as const;
const TAKEN_BACK = ['order.cancelOrder', 'customer.refundPayment', 'catalog.returnStock'] as const;

const cancel = (t: BffScenario, orderId: string, { as = 'ada', waitMs = 30_000 } = {}) =>
  t.as(as).gql(CancelOrder, { input: { orderId, waitMs } });

/** An order whose step always fails; returns its id. */
async function placeStuckOrder(t: BffScenario, step: string): Promise<string> {
  t.step(step).fail({ status: 503 });
  const { data } = await t.as('ada').gql(CreateOrder, { input: twoMugs({ waitMs: 0 }) });
  await waitUntil(() => t.callLog.calls.some((call) => call.step === step));
  return data.createOrder.orderId;
}

async function waitUntil(holds: () => boolean | Promise<boolean>): Promise<void> {
  const until = performance.now() + 20_000;
  while (!(await holds())) {
    if (performance.now() > until) throw new Error(`The condition was not met in time: ${String(holds)}`);
    await sleep(5);
  }
}

scenario('a confirmed order is taken back: the money, the stock and the order, each once', async (t) => {
  const { data } = await t.as('ada').gql(CreateOrder, { input: twoMugs() });
  const { orderId } = data.createOrder;
  const answers = await Promise.all([cancel(t, orderId), cancel(t, orderId), cancel(t, orderId)]);
  const refunded = { amount: '8.00', currency: 'USD' };
  for (const answer of answers)
    expect(answer.data.cancelOrder).toEqual({ __typename: 'OrderCancelled', orderId, refunded });
  t.callLog.expectSteps(...DONE, ...FINAL, ...TAKEN_BACK);
  const readPage = async () => (await t.as('ada').gql(Cancellation, { orderId })).data.orderPage;
  // The timeline is written beside the saga: it may be a moment behind its answer.
  await waitUntil(async () => toWords((await readPage())?.cancellation?.events ?? []).includes('ENDED COMPLETED'));
  const orderPage = await readPage();
  expect(orderPage).toMatchObject({ status: 'CANCELLED', payment: { state: 'REFUNDED' } });
  expect(toWords(orderPage?.cancellation?.events ?? [])).toEqual([
    'STARTED',
    ...['stop the order', 'cancel the order', 'refund the payment', 'return the stock'].flatMap((step) => [
      `STEP_STARTED ${step}`,
      `STEP_ENDED ${step} DONE`,
    ]),
    'ENDED COMPLETED',
  ]);
});

scenario.concurrent.each([
  { step: 'open the order', left: ['order.rejectOrder'] },
  { step: 'reserve the stock', left: ['catalog.releaseStock', 'order.rejectOrder'] },
  { step: 'authorise the payment', left: UNDONE },
  { step: 'check the terms again', left: UNDONE },
])('an order that is stuck at "$step" stops immediately, and is undone', async (t, { step, left }) => {
  const orderId = await placeStuckOrder(t, step);
  const { data } = await cancel(t, orderId);
  expect(data.cancelOrder).toEqual({ __typename: 'OrderCancelled', orderId, refunded: null });
  await t.callLog.expectBalanced();
  // A step may be delivered twice; then the second time moves nothing.
  const undone = t.callLog.calls.flatMap(({ service, operation, direction, effect }) =>
    direction === 'undo' && effect !== 'replayed' ? [`${service}.${operation ?? ''}`] : [],
  );
  expect(undone).toEqual(left);
});

scenario('a client that asks for the outcome of a cancelled order gets OrderCancelled', async (t) => {
  t.step('reserve the stock').fail({ status: 503 });
  const input = twoMugs();
  const waiting = t.as('ada').gql(CreateOrder, { input });
  const { data } = await t.as('ada').gql(CreateOrder, { input: { ...input, waitMs: 0 } });
  await cancel(t, data.createOrder.orderId);
  expect((await waiting).data.createOrder.__typename).toBe('OrderCancelled');
  await t.placed(data.createOrder.orderId).reaches('REJECTED');
});

scenario.concurrent('an order that was cancelled since it was confirmed is OrderCancelled for its key', async (t) => {
  const input = twoMugs();
  const repeatOrder = async () => (await t.as('ada').gql(CreateOrder, { input })).data.createOrder;
  const { orderId, __typename } = await repeatOrder();
  expect(__typename).toBe('OrderConfirmed');
  expect((await repeatOrder()).__typename).toBe('OrderConfirmed');
  t.customer.refundPayment.fail({ status: 503 });
  expect((await cancel(t, orderId, { waitMs: 0 })).data.cancelOrder.__typename).toBe('CancellationPending');
  await waitUntil(() => t.customer.refundPayment.calls.length > 0);
  expect((await repeatOrder()).__typename).toBe('OrderPending');
  t.customer.refundPayment.heal();
  expect((await cancel(t, orderId)).data.cancelOrder.__typename).toBe('OrderCancelled');
  expect(await repeatOrder()).toMatchObject({ __typename: 'OrderCancelled', orderId });
});

scenario.concurrent('the timeline of an order that is cancelled on its way never goes back in time', async (t) => {
  t.catalog.reserveStock.fail('hang');
  const { data } = await t.as('ada').gql(CreateOrder, { input: twoMugs({ waitMs: 0 }) });
  const { orderId } = data.createOrder;
  await waitUntil(() => t.catalog.reserveStock.calls.length > 0);
  await cancel(t, orderId);
  const readTimeline = async () => (await t.as('ada').gql(OrderTimeline, { orderId })).data.orderPage?.timeline;
  await waitUntil(async () => typeof (await readTimeline())?.durationMs === 'number');
  const events = (await readTimeline())?.events ?? [];
  expect(toWords(events)).toContain('STEP_STARTED undo reserve the stock');
  const times = events.map(({ at }) => at);
  expect(times).toEqual(times.toSorted());
});

scenario.concurrent('an order that was confirmed meanwhile is taken back once it is complete', async (t) => {
  t.customer.capturePayment.fail({ status: 503 });
  const { data: placed } = await t.as('ada').gql(CreateOrder, { input: twoMugs({ waitMs: 0 }) });
  const { orderId } = placed.createOrder;
  await t.placed(orderId).reaches('CONFIRMED');
  const first = await cancel(t, orderId, { waitMs: 200 });
  expect(first.data.cancelOrder).toEqual({ __typename: 'CancellationPending', orderId });
  t.customer.capturePayment.heal();
  const { data } = await cancel(t, orderId);
  expect(data.cancelOrder).toMatchObject({ __typename: 'OrderCancelled', refunded: { amount: '8.00' } });
  // A client that cancels looks at the order, at any time.
  const ofSagas = t.callLog.calls.filter(({ step }) => step !== null);
  expect(ofSagas.slice(-4).map(({ operation }) => operation)).toEqual([
    'commitStock',
    'cancelOrder',
    'refundPayment',
    'returnStock',
  ]);
});

scenario('a cancellation survives the death of the orchestrator at each of its steps', async (t) => {
  const { data } = await t.as('ada').gql(CreateOrder, { input: twoMugs() });
  for (const step of ['cancel the order', 'refund the payment', 'return the stock'])
    t.step(step).fail('kill-orchestrator', 'ok');
  const { orderId } = data.createOrder;
  expect((await cancel(t, orderId)).data.cancelOrder).toMatchObject({ __typename: 'OrderCancelled' });
  for (const write of TAKEN_BACK) t.callLog.expectExactlyOnce(write);
});

scenario('an order that was rejected cannot be cancelled', async (t) => {
  const declined = twoMugs({ paymentMethodId: 'ada-voucher' });
  const { data } = await t.as('ada').gql(CreateOrder, { input: declined });
  const { orderId } = data.createOrder;
  expect((await cancel(t, orderId)).data.cancelOrder).toMatchObject({ __typename: 'OrderNotCancellable', orderId });
});

scenario("another customer's order cannot be cancelled, nor one that was never placed", async (t) => {
  const orderId = await placeStuckOrder(t, 'open the order');
  for (const [id, as] of [
    [orderId, 'bob'],
    ['o-2', 'ada'],
    [randomUUID(), 'ada'],
  ] as const)
    expect((await cancel(t, id, { as })).data.cancelOrder).toMatchObject({ __typename: 'OrderNotFound', orderId: id });
  for (const id of ['not an id', '.', '..'])
    expect((await cancel(t, id)).errors).toEqual([{ code: 'BAD_USER_INPUT', path: 'cancelOrder' }]);
  expect((await cancel(t, orderId, { waitMs: -1 })).errors).toEqual([{ code: 'BAD_USER_INPUT', path: 'cancelOrder' }]);
  expect((await t.as(null).gql(CancelOrder, { input: { orderId } })).errors).toEqual([
    { code: 'UNAUTHENTICATED', path: 'cancelOrder' },
  ]);
  expect((await cancel(t, orderId)).data.cancelOrder).toMatchObject({ __typename: 'OrderCancelled' });
});

scenario('an order from before, which no saga placed, is taken back as well', async (t) => {
  const { data } = await cancel(t, 'o-1');
  expect(data.cancelOrder).toMatchObject({ __typename: 'OrderCancelled', refunded: { amount: '8.00' } });
  t.callLog.expectSteps('order.cancelOrder', 'customer.refundPayment', 'catalog.returnStock');
});
