import { expect } from '@jest/globals';
import { document, scenarios } from '@bff/testing';
import { openTimeline } from '@bff/timeline';
import type { OpenTimeline } from '@bff/timeline';
import { subscribeOverWebSocket } from '../support/live.js';
import { startScenarioWorld } from '../support/scenario.world.js';
import type { StackWorld } from '../support/scenario.world.js';
import { buildOrderProgress } from '../support/timeline.documents.js';

let world: StackWorld;
const scenario = scenarios(async () => (world = await startScenarioWorld()));

type Fact = Parameters<OpenTimeline['writer']['enqueue']>[1];

const ATTEMPTS = 1_500;
const INSIDE = 'customer could not be reached for POST /payments/o-1/capture: ECONNREFUSED';

/** What happens in an order whose payment cannot be captured for hours, until it can. */
function createFailedAttempts(): Fact[] {
  const nothing = {
    step: null,
    stepKind: null,
    direction: null,
    result: null,
    ms: null,
    error: null,
    can: null,
    decision: null,
    outcome: null,
  };
  const began = Date.now() - 10_000_000;
  const createFact = (nth: number, kind: Fact['kind'], more: Partial<Fact> = {}): Fact => ({
    ...nothing,
    key: String(nth).padStart(5, '0'),
    kind,
    at: began + nth * 1_000,
    ...more,
  });
  const confirm = { step: 'confirm the order', stepKind: 'pivot', direction: 'do' } as const;
  const capture = { step: 'capture the payment', stepKind: 'retriable', direction: 'do' } as const;
  const commit = { step: 'commit the stock', stepKind: 'retriable', direction: 'do' } as const;
  const error = { code: 'DOWNSTREAM_UNAVAILABLE', message: INSIDE };
  const done = { result: 'DONE', ms: 5 } as const;
  return [
    createFact(1, 'STARTED'),
    createFact(2, 'STEP_STARTED', confirm),
    createFact(3, 'STEP_ENDED', { ...confirm, ...done }),
    createFact(4, 'STEP_STARTED', capture),
    ...Array.from({ length: ATTEMPTS }, (_, nth) =>
      createFact(5 + nth, 'ATTEMPT_FAILED', { ...capture, ms: 7, error }),
    ),
    createFact(2_001, 'ATTENTION_NEEDED', { ...capture, error: { code: 'STUCK', message: INSIDE }, can: ['RETRY'] }),
    createFact(2_002, 'DECIDED', { ...capture, decision: { action: 'RETRY', by: 'olga', why: 'It is back.' } }),
    createFact(2_003, 'STEP_ENDED', { ...capture, ...done }),
    createFact(2_004, 'STEP_STARTED', commit),
    createFact(2_005, 'STEP_ENDED', { ...commit, ...done }),
    createFact(2_006, 'ENDED', { outcome: 'COMPLETED' }),
  ];
}

interface Event {
  readonly id: string;
  readonly kind: string;
  readonly omittedAttempts?: number | null;
}
interface Timeline {
  readonly steps: readonly {
    readonly name: string;
    readonly result: string | null;
    readonly failedAttempts: readonly { readonly error: { readonly code: string; readonly message: string } }[];
    readonly omittedAttempts: number;
  }[];
  readonly events: readonly Event[];
}

const TIMELINE = `steps { name result failedAttempts { error { code message } } omittedAttempts }
  events { id kind omittedAttempts error { code message } }`;
const OfCustomer = document<{ readonly orderPage: { readonly timeline: Timeline } }>(
  `{ orderPage(orderId: "o-1") { timeline { ${TIMELINE} } } }`,
);
const OfOperator = document<{ readonly saga: { readonly timeline: Timeline } }>(
  `{ saga(orderId: "o-1") { timeline { ${TIMELINE} } } }`,
);

const repeatKind = (kind: string, count: number) => Array<string>(count).fill(kind);
const KINDS = [
  'STARTED',
  'STEP_STARTED',
  'STEP_ENDED',
  'STEP_STARTED',
  ...repeatKind('ATTEMPT_FAILED', 10),
  'ATTEMPTS_OMITTED',
  ...repeatKind('ATTEMPT_FAILED', 10),
  'ATTENTION_NEEDED',
  'DECIDED',
  'STEP_ENDED',
  'STEP_STARTED',
  'STEP_ENDED',
  'ENDED',
];

scenario('an order with 1,500 failed attempts shows every step, decision and its end, everywhere', async (t) => {
  const timeline = await openTimeline(world.stack.urls.databases.orchestrator, () => undefined);
  const saga = { saga: 'CreateOrder', sagaId: 'o-1', version: 2, subject: 'ada' };
  await timeline.writer.record(saga, createFailedAttempts());
  await timeline.close();

  const customer = (await t.as('ada').gql(OfCustomer)).data.orderPage.timeline;
  const operator = (await t.asOperator('olga').gql(OfOperator)).data.saga.timeline;
  for (const { events, steps } of [customer, operator]) {
    expect(events.map(({ kind }) => kind)).toEqual(KINDS);
    const mark = events.find(({ kind }) => kind === 'ATTEMPTS_OMITTED');
    expect(mark).toMatchObject({ id: 'CreateOrder.1494', omittedAttempts: ATTEMPTS - 20 });
    expect(steps.map((step) => [step.name, step.result, step.failedAttempts.length, step.omittedAttempts])).toEqual([
      ['confirm the order', 'DONE', 0, 0],
      ['capture the payment', 'DONE', 20, ATTEMPTS - 20],
      ['commit the stock', 'DONE', 0, 0],
    ]);
  }

  const headers = { authorization: `Bearer ${await world.createToken('ada')}` };
  const follow = async (after?: string) => {
    const heard = subscribeOverWebSocket<Event>({
      graphqlUrl: world.graphqlUrl,
      headers,
      query: buildOrderProgress('o-1', after),
    });
    await heard.over;
    return heard.events.map(({ kind }) => kind);
  };
  expect(await follow()).toEqual(KINDS);
  expect(await follow('CreateOrder.1494')).toEqual(KINDS.slice(15));

  // Where the failure happened is for operators alone.
  expect(JSON.stringify(customer)).not.toContain('ECONNREFUSED');
  expect(customer.steps[1]?.failedAttempts[0]?.error).toEqual({
    code: 'DOWNSTREAM_UNAVAILABLE',
    message: 'A service failed. It is being retried.',
  });
  expect(operator.steps[1]?.failedAttempts[0]?.error.message).toBe(INSIDE);
});
