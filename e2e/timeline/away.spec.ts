import { afterAll, beforeAll, expect } from '@jest/globals';
import { scenarios, testServerUrl } from '@bff/testing';
import { CreateOrder, twoMugs } from '../support/documents.js';
import { startGate } from '../support/gate.js';
import type { Gate } from '../support/gate.js';
import { startScenarioWorld } from '../support/scenario.world.js';
import type { StackWorld } from '../support/scenario.world.js';
import { CONFIRMED, OrderTimeline, words } from '../support/timeline.documents.js';
import { eventually } from '../support/world.js';

let gate: Gate;
let world: StackWorld;
beforeAll(async () => {
  gate = await startGate(testServerUrl());
});
afterAll(() => gate.close());
const scenario = scenarios(async () => (world = await startScenarioWorld({ databaseServer: gate.url })));

scenario.each([{ how: 'cut' }, { how: 'hang' }] as const)(
  'an order ends while the database of the timelines is away ($how), and is told whole though its orchestrator died',
  async (t, { how }) => {
    gate.shut(how);
    const { data } = await t.as('ada').gql(CreateOrder, { input: twoMugs({ waitMs: 20_000 }) });
    expect(data.createOrder.__typename).toBe('OrderConfirmed');
    await world.stack.kill('orchestrator');
    gate.open();
    await world.stack.start('orchestrator');
    const told = () => t.as('ada').gql(OrderTimeline, { orderId: data.createOrder.orderId });
    const { data: page } = await eventually(
      told,
      ({ data: { orderPage } }) => typeof orderPage?.timeline?.durationMs === 'number',
    );
    expect(words(page.orderPage?.timeline?.events ?? [])).toEqual(CONFIRMED);
  },
);
