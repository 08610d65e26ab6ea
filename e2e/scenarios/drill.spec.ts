import { expect } from '@jest/globals';
import { createDrill, scenarios } from '@bff/testing';
import type { BffScenario, DrillCase } from '@bff/testing';
import { createOrder } from '../../apps/orchestrator/src/sagas/create-order/create-order.saga.js';
import { CreateOrder, twoMugs } from '../support/documents.js';
import { startScenarioWorld } from '../support/scenario.world.js';

const drill = await createDrill(createOrder, {
  request: {
    customerId: 'ada',
    shippingAddressId: 'ada-home',
    paymentMethodId: 'ada-card',
    lines: [{ productId: 'mug', quantity: 2 }],
  },
  rejectLate: (t) => t.order.confirmOrder.reply(409, { code: 'UNDONE', message: 'Too late.' }),
});

const ENDS = { completed: 'OrderConfirmed', rejected: 'OrderTimedOut' };

/** Short timeouts for hanging requests and for steps that always fail, but long enough for a busy machine. */
const scenario = scenarios(() =>
  startScenarioWorld({ env: { STEP_TIMEOUT_MS: '1000', STEP_RETRY_TIMEOUT_PERCENT: '40' } }),
);

async function expectNoDebt(t: BffScenario, { arrange, ends }: DrillCase): Promise<void> {
  arrange(t);
  const { data } = await t.as('ada').gql(CreateOrder, { input: twoMugs() });
  expect(data.createOrder.__typename).toBe(ENDS[ends]);
  await t.callLog.expectBalanced();
}

const isDeath = ({ fault }: DrillCase) => fault === 'kill-orchestrator';
const NAME = 'no debt is left when $step meets $fault $times';

scenario.concurrent.each(drill.filter((one) => !isDeath(one)))(NAME, expectNoDebt, 60_000);

// One after the other: killing the orchestrator while a step of another case is retried would exhaust its retries.
scenario.each(drill.filter(isDeath))(NAME, expectNoDebt, 60_000);
