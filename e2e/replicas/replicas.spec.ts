import { describe, expect } from '@jest/globals';
import { scenarios } from '@bff/testing';
import type { BffScenario } from '@bff/testing';
import { CreateOrder, twoMugs } from '../support/documents.js';
import { subscribeOverSse, subscribeOverWebSocket } from '../support/live.js';
import type { Subscription, Subscribe } from '../support/live.js';
import { startScenarioWorld } from '../support/scenario.world.js';
import type { StackWorld } from '../support/scenario.world.js';
import { buildOrderProgress, OrderTimeline } from '../support/timeline.documents.js';
import type { TimelineEvent } from '../support/timeline.documents.js';

/** Two BFFs and two orchestrators, behind a round-robin balancer. */
let world: StackWorld;
const scenario = scenarios(async () => (world = await startScenarioWorld({ replicas: 2 })));

async function listen(
  t: BffScenario,
  [bff, subscribe]: readonly [number, Subscribe],
  orderId: string,
  { after, as = 'ada' }: { readonly after?: string | undefined; readonly as?: string } = {},
): Promise<Subscription<TimelineEvent>> {
  const headers = { authorization: `Bearer ${await world.createToken(as)}`, baggage: t.baggage };
  const graphqlUrl = `${world.stack.urls.bffs[bff] ?? ''}/graphql`;
  return subscribe({ graphqlUrl, headers, query: buildOrderProgress(orderId, after) });
}

/** Adds latency to the steps of the saga. */
function slowDown(t: BffScenario): void {
  for (const step of ['reserve the stock', 'authorise the payment', 'confirm the order', 'capture the payment'])
    t.step(step).fail({ latency: 150 });
}

/** Places an order and does not wait for it. */
async function place(t: BffScenario, more: object = {}): Promise<string> {
  const { data } = await t.as('ada').gql(CreateOrder, { input: twoMugs({ waitMs: 0, ...more }) });
  return data.createOrder.orderId;
}

/** The events of an order after its end. A connection to a BFF that was just killed breaks, and is retried. */
async function readWholeTimeline(t: BffScenario, orderId: string): Promise<readonly TimelineEvent[]> {
  for (;;) {
    const answer = await t
      .as('ada')
      .gql(OrderTimeline, { orderId })
      .catch(() => undefined);
    const timeline = answer?.data.orderPage?.timeline;
    if (timeline && timeline.durationMs !== null) return timeline.events;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

describe('the progress of an order', () => {
  scenario.concurrent.each([
    { from: 'SSE', to: 'WebSocket', first: [0, subscribeOverSse], second: [1, subscribeOverWebSocket] },
    { from: 'WebSocket', to: 'SSE', first: [1, subscribeOverWebSocket], second: [0, subscribeOverSse] },
  ] as const)(
    'that is cut over $from and resumed at another BFF over $to comes exactly once, in order',
    async (t, { first, second }) => {
      slowDown(t);
      const orderId = await place(t);
      const before = await listen(t, first, orderId);
      await before.until(7);
      before.cut();
      const seen = before.events.slice(0, 7);
      const rest = await listen(t, second, orderId, { after: seen.at(-1)?.id });
      await rest.over;
      expect(rest.events.length).toBeGreaterThan(3);
      expect([...seen, ...rest.events]).toEqual(await readWholeTimeline(t, orderId));
    },
  );

  scenario.concurrent('comes from its first event to a late subscriber, and ends with the order', async (t) => {
    const { data } = await t.as('ada').gql(CreateOrder, { input: twoMugs() });
    const { orderId } = data.createOrder;
    for (const way of [
      [0, subscribeOverSse],
      [1, subscribeOverWebSocket],
    ] as const) {
      const heard = await listen(t, way, orderId);
      await heard.over;
      expect(heard.events).toEqual(await readWholeTimeline(t, orderId));
    }
  });

  scenario.concurrent('is empty for another customer, and says what is wrong with a request', async (t) => {
    const { data } = await t.as('ada').gql(CreateOrder, { input: twoMugs() });
    const { orderId } = data.createOrder;
    const silent = await Promise.all([
      listen(t, [0, subscribeOverSse], orderId, { as: 'bob' }),
      listen(t, [1, subscribeOverWebSocket], 'no-such-order'),
    ]);
    for (const way of [
      [0, subscribeOverSse],
      [1, subscribeOverWebSocket],
    ] as const) {
      const wrong = await listen(t, way, orderId, { after: 'something' });
      await expect(wrong.over).rejects.toMatchObject([
        { message: 'after: the id of an event of this order is expected', extensions: { code: 'BAD_USER_INPUT' } },
      ]);
    }
    await new Promise((resolve) => setTimeout(resolve, 300));
    for (const { events, cut } of silent) {
      expect(events).toEqual([]);
      cut();
    }
  });

  scenario('continues while orchestrators are killed: each event comes once', async (t) => {
    slowDown(t);
    const orderId = await place(t);
    const heard = await listen(t, [0, subscribeOverSse], orderId);
    await heard.until(5);
    await world.stack.kill('orchestrator');
    await heard.until(9);
    await world.stack.start('orchestrator');
    await world.stack.kill('orchestrator-2');
    await heard.over;
    await world.stack.start('orchestrator-2');
    expect(heard.events).toEqual(await readWholeTimeline(t, orderId));
    expect(heard.events.at(-1)).toMatchObject({ kind: 'ENDED', outcome: 'COMPLETED' });
  });
});

describe('of two orchestrators and two BFFs', () => {
  scenario('one of each may be dead: orders continue, also those that it executed', async (t) => {
    slowDown(t);
    const one = { lines: [{ productId: 'mug', quantity: 1 }] };
    const placed = await Promise.all(Array.from({ length: 4 }, () => place(t, one)));
    await Promise.all([world.stack.kill('orchestrator-2'), world.stack.kill('bff-2')]);
    for (const orderId of placed) {
      const events = await readWholeTimeline(t, orderId);
      expect(events.at(-1)).toMatchObject({ kind: 'ENDED', outcome: 'COMPLETED' });
    }
    const { data } = await t.as('ada').gql(CreateOrder, { input: twoMugs() });
    expect(data.createOrder.__typename).toBe('OrderConfirmed');
    await Promise.all([world.stack.start('orchestrator-2'), world.stack.start('bff-2')]);
  });
});
