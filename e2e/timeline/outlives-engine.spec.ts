import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from '@jest/globals';
import { scenarios } from '@bff/testing';
import { CreateOrder, twoMugs } from '../support/documents.js';
import { startScenarioWorld } from '../support/scenario.world.js';
import type { StackWorld } from '../support/scenario.world.js';
import { AnySaga, OrderTimeline } from '../support/timeline.documents.js';
import { eventually } from '../support/world.js';

let world: StackWorld;
const scenario = scenarios(async () => (world = await startScenarioWorld()));

scenario(
  'an order is explained for ever: also when the engine has lost everything; and the next one is taken',
  async (t) => {
    const { data } = await t.as('ada').gql(CreateOrder, { input: twoMugs() });
    const { orderId } = data.createOrder;
    const explained = async () => ({
      customer: (await t.as('ada').gql(OrderTimeline, { orderId })).data,
      operator: (await t.asOperator('olga').gql(AnySaga, { orderId })).data,
    });
    const before = await eventually(explained, ({ operator }) => operator.saga?.saga.status === 'COMPLETED');
    await world.stack.kill('engine');
    await rm(join(world.stack.dataDir, 'engine'), { recursive: true });
    expect(await explained()).toEqual(before);
    await world.stack.start('engine');
    expect(await explained()).toEqual(before);
    const next = () => t.as('ada').gql(CreateOrder, { input: twoMugs() });
    const taken = await eventually(next, ({ errors }) => errors === undefined);
    expect(taken.data.createOrder.__typename).toBe('OrderConfirmed');
  },
);
