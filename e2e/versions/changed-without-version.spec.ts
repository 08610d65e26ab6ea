import { afterAll, describe, expect } from '@jest/globals';
import { document, scenarios } from '@bff/testing';
import type { BffScenario } from '@bff/testing';
import { createDeployment } from '../support/deploy.js';
import { CreateOrder, twoMugs } from '../support/documents.js';
import { startScenarioWorld } from '../support/scenario.world.js';
import type { StackWorld } from '../support/scenario.world.js';
import { DecideSaga } from '../support/timeline.documents.js';
import { waitFor } from '../support/world.js';

const deployment = createDeployment();
afterAll(() => deployment.remove());

let world: StackWorld;
const scenario = scenarios(async () => (world = await startScenarioWorld({ env: deployment.env })));

interface SagaError {
  readonly code: string;
  readonly message: string;
}
interface Timeline {
  readonly steps: readonly { readonly name: string; readonly result: string | null }[];
  readonly events: readonly { readonly kind: string; readonly error: SagaError | null }[];
}
const TIMELINE = 'timeline { steps { name result } events { kind error { code message } } }';

const OfCustomer = document<{ readonly orderPage: { readonly status: string; readonly timeline: Timeline } }>(
  `query ($orderId: ID!) { orderPage(orderId: $orderId) { status ${TIMELINE} } }`,
);
interface Seen {
  readonly saga: {
    readonly status: string;
    readonly version: number;
    readonly error: SagaError | null;
    readonly can: readonly string[];
  };
  readonly timeline: Timeline;
}
const OfOperator = document<{ readonly saga: Seen | null }>(
  `query ($orderId: ID!) { saga(orderId: $orderId) { saga { status version error { code message } can } ${TIMELINE} } }`,
);

async function place(t: BffScenario): Promise<string> {
  const { data } = await t.as('ada').gql(CreateOrder, { input: twoMugs({ waitMs: 0 }) });
  return data.createOrder.orderId;
}

async function deploy(story: 'now' | 'changed' | 'shorter'): Promise<void> {
  deployment.deploy(story);
  await world.stack.kill('orchestrator', 'SIGTERM');
  await world.stack.start('orchestrator');
}

async function waitForOperator(t: BffScenario, orderId: string, isSo: (seen: Seen) => boolean): Promise<Seen> {
  const look = async () => (await t.asOperator('olga').gql(OfOperator, { orderId })).data.saga;
  const seen = await waitFor(look, (saga) => saga !== null && isSo(saga));
  if (!seen) throw new Error('No saga was seen');
  return seen;
}

const has = (status: string) => (seen: Seen) => seen.saga.status === status;

const isMismatched = ({ saga }: Seen) => saga.status === 'NEEDS_ATTENTION' && saga.error?.code === 'SAGA_CODE_MISMATCH';

const decideRetry = async (t: BffScenario, orderId: string) =>
  (
    await t.asOperator('olga').gql(DecideSaga, {
      input: { orderId, action: 'RETRY', why: 'It is back.' },
    })
  ).data.decideSaga;

/** How many sagas the orchestrator counts whose code does not match. */
async function readStuckCount(): Promise<number> {
  const text = await (await fetch(`${world.stack.urls.orchestratorApi}/metrics`)).text();
  return Number(/^sagas_code_mismatch\{saga="CreateOrder"\} (\d+)$/m.exec(text)?.[1] ?? 0);
}

describe('a story that was changed without a new version', () => {
  scenario('holds an order, says so, takes no decision, and resumes with the right saga', async (t) => {
    t.step('capture the payment').fail({ status: 503 });
    const orderId = await place(t);
    await waitForOperator(t, orderId, has('NEEDS_ATTENTION'));

    await deploy('changed');
    const held = await waitForOperator(t, orderId, isMismatched);
    expect(held.saga).toMatchObject({ version: deployment.now, can: [] });
    expect(held.saga.error?.message).toContain('reserve the stock != authorise the payment');
    expect(held.saga.error?.message).toContain('until the code that it began with is deployed again');
    expect(await readStuckCount()).toBe(1);
    expect(await decideRetry(t, orderId)).toEqual({
      __typename: 'SagaNotWaiting',
      message: expect.stringContaining('Deploy the code that it began with'),
    });

    // With the right saga it is where it was: it needs a decision because of the failure before.
    await deploy('now');
    const resumed = await waitForOperator(t, orderId, (seen) => !isMismatched(seen));
    expect(resumed.saga).toMatchObject({ status: 'NEEDS_ATTENTION', can: ['RETRY', 'SKIP', 'CANCEL'] });
    expect(resumed.timeline.events.map(({ kind }) => kind)).toContain('RESUMED');
    expect(await readStuckCount()).toBe(0);
    t.step('capture the payment').heal();
    const ended = await waitForOperator(t, orderId, has('COMPLETED'));
    expect(ended.timeline.steps.map(({ result }) => result)).toEqual(ended.timeline.steps.map(() => 'DONE'));
  });

  scenario('holds a healthy order, shows that to its customer, and the order ends with the right saga', async (t) => {
    // Whatever the scenario before left deployed.
    await deploy('now');
    t.step('authorise the payment').fail({ status: 503 });
    const orderId = await place(t);
    await waitForOperator(t, orderId, ({ timeline }) => timeline.steps.at(-1)?.name === 'authorise the payment');

    await deploy('changed');
    await waitForOperator(t, orderId, isMismatched);
    const { data } = await t.as('ada').gql(OfCustomer, { orderId });
    expect(data.orderPage.status).toBe('NEEDS_ATTENTION');
    expect(data.orderPage.timeline.events.at(-1)).toEqual({
      kind: 'ATTENTION_NEEDED',
      error: {
        code: 'SAGA_CODE_MISMATCH',
        message: 'It has stopped because of an error on our side, and continues as soon as that is fixed.',
      },
    });

    t.step('authorise the payment').heal();
    await deploy('now');
    // When all of this took longer than the step is patient, the order is undone: it ends, too.
    await waitForOperator(t, orderId, ({ saga }) => ['COMPLETED', 'REJECTED'].includes(saga.status));
  });

  scenario('does not end an order before the step that it leaves out', async (t) => {
    await deploy('now');
    t.step('commit the stock').fail({ status: 503 });
    const orderId = await place(t);
    await waitForOperator(t, orderId, has('NEEDS_ATTENTION'));
    await deploy('shorter');
    await waitForOperator(t, orderId, isMismatched);
    t.step('commit the stock').heal();
    await deploy('now');
    const ended = await waitForOperator(t, orderId, has('COMPLETED'));
    expect(ended.timeline.steps.at(-1)).toEqual({ name: 'commit the stock', result: 'DONE' });
  });
});
