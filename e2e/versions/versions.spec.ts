import { afterAll, describe, expect } from '@jest/globals';
import { document, scenarios } from '@bff/testing';
import type { BffScenario } from '@bff/testing';
import { createDeployment } from '../support/deploy.js';
import { CreateOrder, twoMugs } from '../support/documents.js';
import { startScenarioWorld } from '../support/scenario.world.js';
import type { StackWorld } from '../support/scenario.world.js';

const deployment = createDeployment();
afterAll(() => deployment.remove());
const NOW = deployment.now;

let world: StackWorld;
const scenario = scenarios(async () => (world = await startScenarioWorld({ replicas: 2, env: deployment.env })));

const Versions = document<{
  readonly saga: {
    readonly saga: { readonly version: number; readonly status: string };
    readonly timeline: { readonly steps: readonly { readonly name: string }[] };
  } | null;
}>(`query ($orderId: ID!) { saga(orderId: $orderId) { saga { version status } timeline { steps { name } } } }`);

const NEXT = NOW + 1;

const STEPS = {
  now: ['reserve the stock', 'authorise the payment'],
  next: ['authorise the payment', 'reserve the stock'],
} as const;

/** Cheap things, and enough of them, for hundreds of orders. */
function fill(t: BffScenario): void {
  const mug = {
    id: 'penny',
    categoryId: 'kitchen',
    name: 'Penny',
    packaging: '1 piece',
    supplier: 'Mint',
    price: { amount: '0.10', currency: 'USD' },
    onHand: 1_000,
    reserved: 0,
    sold: 0,
    discontinued: false,
  };
  t.seed({ catalog: { products: [mug] } });
}

async function place(t: BffScenario): Promise<string> {
  const lines = [{ productId: 'penny', quantity: 1 }];
  const { data } = await t.as('ada').gql(CreateOrder, { input: twoMugs({ waitMs: 0, lines }) });
  return data.createOrder.orderId;
}

const placeMany = (t: BffScenario, count: number) => Promise.all(Array.from({ length: count }, () => place(t)));

/** How an order ended, and in which version. */
async function waitForEnd(
  t: BffScenario,
  orderId: string,
): Promise<{ readonly version: number; readonly status: string }> {
  const until = performance.now() + 60_000;
  for (;;) {
    const { data } = await t.asOperator('olga').gql(Versions, { orderId });
    const { saga, timeline } = data.saga ?? {};
    if (saga && timeline && ['COMPLETED', 'REJECTED'].includes(saga.status)) {
      const order = timeline.steps.map(({ name }) => name).filter((name) => STEPS.now.some((one) => one === name));
      expect(order).toEqual(saga.version === NOW ? STEPS.now : STEPS.next);
      return saga;
    }
    if (performance.now() > until) throw new Error(`${orderId} is ${saga?.status ?? 'not there'}`);
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

/** One after the other is stopped and started again with what is deployed, as a release does. */
async function rollOut(): Promise<void> {
  for (const name of ['orchestrator', 'orchestrator-2'] as const) {
    await world.stack.kill(name, 'SIGTERM');
    await world.stack.start(name);
  }
}

describe('a changed saga', () => {
  scenario(
    'is deployed beside the old one while 200 orders are under way: each ends with the steps that it began with',
    async (t) => {
      fill(t);
      for (const step of STEPS.now) t.step(step).fail({ latency: 2_500, jitter: 2_000 });
      const before = await placeMany(t, 200);
      deployment.deploy('next', 'now');
      const rolledOut = rollOut();
      const meanwhile = await placeMany(t, 20);
      await rolledOut;
      const after = await placeMany(t, 20);
      const readVersions = async (orderIds: readonly string[]) => {
        const sagas = await Promise.all(orderIds.map((orderId) => waitForEnd(t, orderId)));
        expect(new Set(sagas.map(({ status }) => status))).toEqual(new Set(['COMPLETED']));
        return new Set(sagas.map(({ version }) => version));
      };
      expect(await readVersions(before)).toEqual(new Set([NOW]));
      await readVersions(meanwhile);
      expect(await readVersions(after)).toEqual(new Set([NEXT]));
    },
  );

  scenario(
    'is not deployed without the old one while that is in flight: the orchestrator says which, and ends',
    async (t) => {
      deployment.deploy('next', 'now');
      fill(t);
      t.customer.capturePayment.fail({ status: 503 });
      const orderId = await place(t);
      await t.placed(orderId).reaches('CONFIRMED');
      deployment.deploy('now');
      await world.stack.kill('orchestrator-2', 'SIGTERM');
      await expect(world.stack.start('orchestrator-2')).rejects.toThrow(
        `This orchestrator has CreateOrder in version ${NOW}, but CreateOrder ${NEXT} is still in flight: keep that version beside the new one until its last saga has ended.`,
      );
      t.customer.capturePayment.heal();
      expect(await waitForEnd(t, orderId)).toMatchObject({ version: NEXT, status: 'COMPLETED' });
      await world.stack.start('orchestrator-2');
    },
  );
});
