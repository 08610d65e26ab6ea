import { expect } from '@jest/globals';
import { scenarios } from '@bff/testing';
import type { BffScenario } from '@bff/testing';
import { CreateOrder, twoMugs } from '../support/documents.js';
import { startScenarioWorld } from '../support/scenario.world.js';
import type { StackWorld } from '../support/scenario.world.js';

let world: StackWorld;
const scenario = scenarios(async () => (world = await startScenarioWorld({ replicas: 2, engineNodes: 3 })));

/** Places an order, and retries until there is an outcome, as clients do: for 30 s at most. */
async function placeOrder(t: BffScenario): Promise<string> {
  const input = twoMugs({ waitMs: 1_000, lines: [{ productId: 'mug', quantity: 1 }] });
  for (const until = performance.now() + 30_000; performance.now() < until;) {
    const { data } = await t.as('ada').gql(CreateOrder, { input });
    const { __typename = 'OrderPending' } = (data as typeof data | null)?.createOrder ?? {};
    if (__typename !== 'OrderPending') return __typename;
  }
  return 'OrderPending';
}

for (const victim of ['engine', 'engine-2', 'engine-3'] as const)
  scenario(
    `no order is lost when the node "${victim}" of three is killed while it executes orders`,
    async (t) => {
      t.step('authorise the payment').fail({ latency: 300 });
      const outcomes = Promise.all(Array.from({ length: 6 }, () => placeOrder(t)));
      while (t.customer.authorisePayment.calls.length === 0) await new Promise((resolve) => setTimeout(resolve, 5));
      await world.stack.kill(victim);
      expect(await outcomes).toEqual(Array(6).fill('OrderConfirmed'));
      await t.callLog.expectBalanced();
      // The next one finds three again.
      await world.stack.start(victim);
    },
    60_000,
  );
