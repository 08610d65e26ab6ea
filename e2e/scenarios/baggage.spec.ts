import { afterEach, describe, expect, it } from '@jest/globals';
import type { ScenarioWorld } from '@bff/testing';
import { CreateOrder, OrderPage, twoMugs } from '../support/documents.js';
import { startScenarioWorld } from '../support/scenario.world.js';

let world: ScenarioWorld;
afterEach(() => world.close());

/** Looks at a page and places an order with a baggage header, and says which scopes the services saw. */
async function findScopesSeen(FORWARD_BAGGAGE: string): Promise<readonly string[]> {
  world = await startScenarioWorld({ env: { FORWARD_BAGGAGE }, fakes: { unknownScopes: 'create' } });
  const headers = {
    'content-type': 'application/json',
    baggage: 'bff-scope=mine,other=1',
    authorization: `Bearer ${await world.createToken('ada')}`,
  };
  for (const [{ query }, variables] of [
    [OrderPage, { orderId: 'o-1' }],
    [CreateOrder, { input: twoMugs() }],
  ] as const) {
    const body = JSON.stringify({ query, variables });
    const answer = await (await fetch(world.graphqlUrl, { method: 'POST', headers, body })).json();
    expect(answer).not.toHaveProperty('errors');
  }
  return world.fakes.scopes.map(({ id }) => id);
}

describe('the baggage of a request', () => {
  it('goes with every call that it leads to, through the BFF, the engine and the orchestrator, where that is switched on', async () => {
    expect(await findScopesSeen('true')).toEqual(['mine']);
  }, 60_000);

  it('is not forwarded otherwise', async () => {
    expect(await findScopesSeen('false')).toEqual(['default']);
  }, 60_000);
});
