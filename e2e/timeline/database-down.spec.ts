import { afterAll, beforeAll, expect } from '@jest/globals';
import { scenarios, startGate, testServerUrl } from '@bff/testing';
import type { Gate } from '@bff/testing';
import { CreateOrder, twoMugs } from '../support/documents.js';
import { startScenarioWorld } from '../support/scenario.world.js';
import type { StackWorld } from '../support/scenario.world.js';
import { CONFIRMED, OrderTimeline, toWords } from '../support/timeline.documents.js';
import { waitFor } from '../support/world.js';

let gate: Gate;
let world: StackWorld;
beforeAll(async () => {
  gate = await startGate(testServerUrl());
});
const scenario = scenarios(async () => (world = await startScenarioWorld({ databaseServer: gate.url })));
// The world ends before it.
afterAll(() => gate.close());

scenario.each([
  { how: 'cut', then: 'its orchestrator dies' },
  { how: 'hang', then: 'its orchestrator dies' },
  { how: 'hang', then: 'its orchestrator lives on' },
] as const)(
  'an order ends while the database of the timelines is down ($how), and its timeline is complete when $then',
  async (t, { how, then }) => {
    gate.shut(how);
    const { data } = await t.as('ada').gql(CreateOrder, { input: twoMugs({ waitMs: 20_000 }) });
    expect(data.createOrder.__typename).toBe('OrderConfirmed');
    if (then === 'its orchestrator dies') await world.stack.kill('orchestrator');
    gate.open();
    if (then === 'its orchestrator dies') await world.stack.start('orchestrator');
    const readTimeline = () => t.as('ada').gql(OrderTimeline, { orderId: data.createOrder.orderId });
    const { data: page } = await waitFor(
      readTimeline,
      ({ data: { orderPage } }) => typeof orderPage?.timeline?.durationMs === 'number',
    );
    expect(toWords(page.orderPage?.timeline?.events ?? [])).toEqual(CONFIRMED);
  },
);
