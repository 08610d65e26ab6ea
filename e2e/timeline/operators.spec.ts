import { expect } from '@jest/globals';
import { document, scenarios } from '@bff/testing';
import type { BffScenario } from '@bff/testing';
import { CreateOrder, twoMugs } from '../support/documents.js';
import { startScenarioWorld } from '../support/scenario.world.js';
import { AnySaga, DecideSaga, NeedsAttention, OrderTimeline, toWords } from '../support/timeline.documents.js';

const scenario = scenarios(startScenarioWorld);

/** An order that is declined, and whose stock cannot be released; gives back its id once it needs attention. */
async function placeStuckOrder(t: BffScenario): Promise<string> {
  t.catalog.releaseStock.fail({ status: 503 });
  const { data } = await t
    .as('ada')
    .gql(CreateOrder, { input: twoMugs({ paymentMethodId: 'ada-voucher', waitMs: 0 }) });
  const { orderId } = data.createOrder;
  await waitForStatus(t, orderId, 'NEEDS_ATTENTION');
  return orderId;
}

async function waitForStatus(t: BffScenario, orderId: string, status: string): Promise<void> {
  const until = performance.now() + 20_000;
  for (;;) {
    const { data } = await t.asOperator('olga').gql(AnySaga, { orderId });
    if (data.saga?.saga.status === status) return;
    if (performance.now() > until) throw new Error(`It is ${data.saga?.saga.status ?? 'not there'}, not ${status}`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

const decide = (t: BffScenario, orderId: string, action: string, more: object = {}) =>
  t.asOperator('olga').gql(DecideSaga, { input: { orderId, action, why: 'The shelf was counted.', ...more } });

const SearchSagas = document<unknown>(`query ($after: String) { sagas(first: 1, after: $after) { endCursor } }`);

scenario.each(['x', '', '\0', 'WyJ4IiwieSIsInoiXQ', 'WyIxZTk5IiwieSIsInoiXQ'].map((after) => ({ after })))(
  'an invalid cursor of sagas, $after, is a client error',
  async (t, { after }) => {
    // Often enough to open a circuit breaker that counted it as a failure.
    for (let nth = 0; nth < 6; nth++) {
      const { errors } = await t.asOperator('olga').gql(SearchSagas, { after });
      expect(errors).toMatchObject([{ code: 'BAD_USER_INPUT', path: 'sagas' }]);
    }
    const { errors } = await t.asOperator('olga').gql(SearchSagas, { after: null });
    expect(errors).toBeUndefined();
  },
);

const NESTED = `${'['.repeat(40)}${']'.repeat(40)}`;

scenario.each(['"\\u0000"', '"\\ud800"', '{', NESTED].map((result) => ({ result })))(
  'a result that cannot be stored, $result, is a client error',
  async (t, { result }) => {
    const { errors } = await decide(t, 'any', 'SKIP', { result });
    expect(errors).toMatchObject([{ code: 'BAD_USER_INPUT', path: 'decideSaga' }]);
  },
);

/** What happened since an operator decided. */
async function readStorySince(t: BffScenario, orderId: string): Promise<string[]> {
  const { data } = await t.asOperator('olga').gql(AnySaga, { orderId });
  const events = toWords(data.saga?.timeline.events ?? []);
  return events.slice(events.findIndex((one) => one.startsWith('DECIDED')));
}

scenario.concurrent(
  'an undo that is permanently stuck is listed within 5 s, in one query, with age and cause',
  async (t) => {
    const orderId = await placeStuckOrder(t);
    const { data } = await t.asOperator('olga').gql(NeedsAttention, { id: orderId });
    const [saga] = data.sagas?.nodes ?? [];
    expect(saga).toMatchObject({
      id: orderId,
      step: 'reserve the stock',
      direction: 'UNDO',
      error: { code: 'DOWNSTREAM_UNAVAILABLE' },
      can: ['RETRY', 'SKIP', 'COMPENSATE', 'CANCEL'],
    });
    expect(Date.parse(saga?.attentionSince ?? '') - Date.parse(saga?.failingSince ?? '')).toBeLessThan(5_000);
    // The customer sees that an operator takes care of it.
    expect((await t.as('ada').gql(OrderTimeline, { orderId })).data.orderPage?.status).toBe('NEEDS_ATTENTION');
    t.catalog.releaseStock.heal();
    expect((await decide(t, orderId, 'RETRY')).data.decideSaga.__typename).toBe('SagaDecided');
    await waitForStatus(t, orderId, 'REJECTED');
  },
);

scenario.concurrent('RETRY: it is retried immediately, and the undo continues', async (t) => {
  const orderId = await placeStuckOrder(t);
  t.catalog.releaseStock.heal();
  await decide(t, orderId, 'RETRY');
  await waitForStatus(t, orderId, 'REJECTED');
  expect(await readStorySince(t, orderId)).toEqual([
    'DECIDED undo reserve the stock RETRY',
    'STEP_ENDED undo reserve the stock DONE',
    'STEP_STARTED undo open the order',
    'STEP_ENDED undo open the order DONE',
    'ENDED authorise the payment REJECTED',
  ]);
  await t.callLog.expectBalanced();
});

scenario.concurrent('SKIP: the undo counts as done, and the next one comes', async (t) => {
  const orderId = await placeStuckOrder(t);
  await decide(t, orderId, 'SKIP', { result: '{"released":true}' });
  await waitForStatus(t, orderId, 'REJECTED');
  expect(await readStorySince(t, orderId)).toEqual([
    'DECIDED undo reserve the stock SKIP',
    'STEP_ENDED undo reserve the stock SKIPPED',
    'STEP_STARTED undo open the order',
    'STEP_ENDED undo open the order DONE',
    'ENDED authorise the payment REJECTED',
  ]);
  t.leaves('catalog.reserveStock took effect, and neither commitStock nor releaseStock did');
});

scenario.concurrent('COMPENSATE: the others are undone first, and it comes last', async (t) => {
  const orderId = await placeStuckOrder(t);
  await decide(t, orderId, 'COMPENSATE');
  await t.placed(orderId).reaches('REJECTED');
  t.catalog.releaseStock.heal();
  await waitForStatus(t, orderId, 'REJECTED');
  expect(await readStorySince(t, orderId)).toEqual([
    'DECIDED undo reserve the stock COMPENSATE',
    'STEP_STARTED undo open the order',
    'STEP_ENDED undo open the order DONE',
    'STEP_STARTED undo reserve the stock',
    'STEP_ENDED undo reserve the stock DONE',
    'ENDED authorise the payment REJECTED',
  ]);
  t.leaves('catalog.releaseStock came after order.rejectOrder');
});

scenario.concurrent('CANCEL: it ends in its current state, and says what was abandoned', async (t) => {
  const orderId = await placeStuckOrder(t);
  await decide(t, orderId, 'CANCEL');
  await waitForStatus(t, orderId, 'REJECTED');
  expect(await readStorySince(t, orderId)).toEqual([
    'DECIDED undo reserve the stock CANCEL',
    'STEP_ENDED undo reserve the stock ABANDONED',
    'STEP_ENDED undo open the order ABANDONED',
    'ENDED authorise the payment REJECTED',
  ]);
  t.leaves(
    'order.openOrder took effect, and neither confirmOrder nor rejectOrder did',
    'catalog.reserveStock took effect, and neither commitStock nor releaseStock did',
  );
});

scenario.concurrent('a decision that comes while it heals by itself is taken down, and changes nothing', async (t) => {
  const orderId = await placeStuckOrder(t);
  t.catalog.releaseStock.heal();
  t.catalog.releaseStock.fail({ latency: 1_500 });
  const before = t.catalog.releaseStock.calls.length;
  while (t.catalog.releaseStock.calls.length === before) await new Promise((resolve) => setTimeout(resolve, 5));
  expect((await decide(t, orderId, 'SKIP')).data.decideSaga.__typename).toBe('SagaDecided');
  // It is decided once.
  expect((await decide(t, orderId, 'RETRY')).data.decideSaga.__typename).toBe('SagaNotWaiting');
  await waitForStatus(t, orderId, 'REJECTED');
  expect((await readStorySince(t, orderId)).slice(0, 2)).toEqual([
    'DECIDED undo reserve the stock SKIP',
    'STEP_ENDED undo reserve the stock DONE',
  ]);
  await t.callLog.expectBalanced();
});

scenario.concurrent('who decided, when and why is kept, for operators to see and for no one else', async (t) => {
  const orderId = await placeStuckOrder(t);
  t.catalog.releaseStock.heal();
  const before = Date.now();
  await decide(t, orderId, 'RETRY');
  await waitForStatus(t, orderId, 'REJECTED');
  const readDecisionSeenBy = async (customer: boolean) => {
    const { data } = customer
      ? { data: { timeline: (await t.as('ada').gql(OrderTimeline, { orderId })).data.orderPage?.timeline } }
      : { data: { timeline: (await t.asOperator('otto').gql(AnySaga, { orderId })).data.saga?.timeline } };
    return data.timeline?.events.find(({ kind }) => kind === 'DECIDED');
  };
  const audited = await readDecisionSeenBy(false);
  expect(audited?.decision).toEqual({ action: 'RETRY', by: 'olga', why: 'The shelf was counted.' });
  expect(Date.parse(audited?.at ?? '')).toBeGreaterThanOrEqual(before);
  expect((await readDecisionSeenBy(true))?.decision).toEqual({ action: 'RETRY', by: null, why: null });
});

scenario.concurrent('only an operator decides, and only about a saga that needs a decision', async (t) => {
  const orderId = await placeStuckOrder(t);
  const input = { orderId, action: 'CANCEL', why: 'I want to.' };
  for (const [asker, code] of [
    [t.as('ada'), 'FORBIDDEN'],
    [t.as(null), 'UNAUTHENTICATED'],
  ] as const) {
    expect((await asker.gql(DecideSaga, { input })).errors).toEqual([{ code, path: 'decideSaga' }]);
    expect((await asker.gql(AnySaga, { orderId })).errors).toEqual([{ code, path: 'saga' }]);
    expect((await asker.gql(NeedsAttention)).errors).toEqual([{ code, path: 'sagas' }]);
  }
  expect((await decide(t, orderId, 'RETRY', { why: ' ' })).errors).toEqual([
    { code: 'BAD_USER_INPUT', path: 'decideSaga' },
  ]);
  const missing = await decide(t, 'no-such-order', 'RETRY');
  expect(missing.data.decideSaga).toMatchObject({ __typename: 'SagaNotWaiting' });
  t.catalog.releaseStock.heal();
  await decide(t, orderId, 'RETRY');
  await waitForStatus(t, orderId, 'REJECTED');
  const late = await decide(t, orderId, 'RETRY');
  expect(late.data.decideSaga).toEqual({
    __typename: 'SagaNotWaiting',
    message: `${orderId} does not wait for a decision`,
  });
});
