import { expect } from '@jest/globals';
import { scenarios } from '@bff/testing';
import type { BffScenario } from '@bff/testing';
import { CreateOrder, twoMugs } from '../support/documents.js';
import { startScenarioWorld } from '../support/scenario.world.js';
import { CONFIRMED, OrderTimeline, STEPS, toWords } from '../support/timeline.documents.js';

const scenario = scenarios(startScenarioWorld);

/** The timeline of an order, once its saga has ended. */
async function readTimeline(t: BffScenario, orderId: string) {
  for (;;) {
    const { data } = await t.as('ada').gql(OrderTimeline, { orderId });
    const timeline = data.orderPage?.timeline;
    if (timeline && timeline.durationMs !== null) return timeline;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

scenario.concurrent('the timeline of an order has every step', async (t) => {
  const { data } = await t.as('ada').gql(CreateOrder, { input: twoMugs() });
  const timeline = await readTimeline(t, data.createOrder.orderId);
  expect(timeline.status).toBe('COMPLETED');
  expect(toWords(timeline.events)).toEqual(CONFIRMED);
  expect(timeline.events.map(({ id }) => id)).toEqual(timeline.events.map((_, nth) => `CreateOrder.${nth + 1}`));
});

scenario.concurrent(
  'the timeline of a declined order has the rejection, each failed attempt, and each undo',
  async (t) => {
    t.catalog.reserveStock.fail({ status: 503 }, 'lost-reply', 'ok');
    t.catalog.releaseStock.fail('reset', 'ok');
    const { data } = await t.as('ada').gql(CreateOrder, { input: twoMugs({ paymentMethodId: 'ada-voucher' }) });
    expect(data.createOrder.__typename).toBe('PaymentDeclined');
    const { status, steps } = await readTimeline(t, data.createOrder.orderId);
    expect(status).toBe('REJECTED');
    expect(
      steps.map(({ name, direction, result, error, failedAttempts }) => [
        direction === 'UNDO' ? `undo ${name}` : name,
        result,
        error?.code ?? null,
        failedAttempts.map((attempt) => attempt.error.code),
      ]),
    ).toEqual([
      ['verify the customer and the lines', 'DONE', null, []],
      ['open the order', 'DONE', null, []],
      ['reserve the stock', 'DONE', null, ['DOWNSTREAM_UNAVAILABLE', 'DOWNSTREAM_UNAVAILABLE']],
      ['authorise the payment', 'REJECTED', 'PAYMENT_DECLINED', []],
      ['undo authorise the payment', 'DONE', null, []],
      ['undo reserve the stock', 'DONE', null, ['DOWNSTREAM_UNAVAILABLE']],
      ['undo open the order', 'DONE', null, []],
    ]);
    for (const step of steps) expect(step.durationMs).toBeGreaterThanOrEqual(0);
  },
);

scenario.each([...STEPS.checks, ...STEPS.forward, ...STEPS.after].map((step) => ({ step })))(
  'nothing is lost or doubled when the orchestrator dies at "$step", twice',
  async (t, { step }) => {
    t.step(step).fail('kill-orchestrator', 'kill-orchestrator', 'ok');
    const { data } = await t.as('ada').gql(CreateOrder, { input: twoMugs() });
    const timeline = await readTimeline(t, data.createOrder.orderId);
    expect(toWords(timeline.events)).toEqual(CONFIRMED);
    expect(timeline.events.map(({ id }) => id)).toEqual(timeline.events.map((_, nth) => `CreateOrder.${nth + 1}`));
  },
);

scenario.concurrent("another's timeline is as silent as one that does not exist", async (t) => {
  const { data } = await t.as('ada').gql(CreateOrder, { input: twoMugs() });
  const { orderId } = data.createOrder;
  expect((await t.as('bob').gql(OrderTimeline, { orderId })).data).toEqual({ orderPage: null });
});

scenario.concurrent('an order that was not placed here has no timeline', async (t) => {
  const { data, errors } = await t.as('ada').gql(OrderTimeline, { orderId: 'o-1' });
  expect(errors).toBeUndefined();
  expect(data).toEqual({ orderPage: { status: 'CONFIRMED', timeline: null } });
});
