import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from '@jest/globals';
import { scenarios } from '@bff/testing';
import { CreateOrder, twoMugs } from '../support/documents.js';
import { startScenarioWorld } from '../support/scenario.world.js';
import type { StackWorld } from '../support/scenario.world.js';
import { AnySaga, OrderTimeline } from '../support/timeline.documents.js';
import { waitFor } from '../support/world.js';

let world: StackWorld;
const scenario = scenarios(async () => (world = await startScenarioWorld()));

scenario(
  'an order keeps its timeline when the engine has lost everything, and the next order is accepted',
  async (t) => {
    const { data } = await t.as('ada').gql(CreateOrder, { input: twoMugs() });
    const { orderId } = data.createOrder;
    const readTimelines = async () => ({
      customer: (await t.as('ada').gql(OrderTimeline, { orderId })).data,
      operator: (await t.asOperator('olga').gql(AnySaga, { orderId })).data,
    });
    const before = await waitFor(readTimelines, ({ operator }) => operator.saga?.saga.status === 'COMPLETED');
    await world.stack.kill('engine');
    await rm(join(world.stack.dataDir, 'engine'), { recursive: true });
    expect(await readTimelines()).toEqual(before);
    await world.stack.start('engine');
    expect(await readTimelines()).toEqual(before);
    const orderNext = () => t.as('ada').gql(CreateOrder, { input: twoMugs() });
    const taken = await waitFor(orderNext, ({ errors }) => errors === undefined);
    expect(taken.data.createOrder.__typename).toBe('OrderConfirmed');
  },
);
