import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { runScenario, applySabotage } from '@bff/testing';
import type { BffScenario, Sabotage, ScenarioWorld } from '@bff/testing';
import { CreateOrder, twoMugs } from '../support/documents.js';
import { startScenarioWorld } from '../support/scenario.world.js';
import type { WorldOptions } from '../support/scenario.world.js';
import { createTemporaryFolder } from '../../tools/stack/temporary-folder.js';

/** The module that node loads before the orchestrator, to replace its undo loop. */
const HOOK = `
import { registerHooks } from 'node:module';
import { readFileSync } from 'node:fs';
const source = readFileSync(new URL('./execute-saga.js', import.meta.url), 'utf8');
registerHooks({
  load: (url, context, next) =>
    url.endsWith('/libs/saga/src/core/execute-saga.js') ? { format: 'module', source, shortCircuit: true } : next(url, context),
});`;

let folder: string;
let world: ScenarioWorld | undefined;
beforeEach(() => {
  folder = createTemporaryFolder('sabotage');
});
afterEach(async () => {
  await world?.close();
  world = undefined;
  rmSync(folder, { recursive: true, force: true });
});

/** The environment of an undo loop from which one duty is removed. */
function removeDuty(what: Sabotage): Record<string, string> {
  writeFileSync(join(folder, 'hook.mjs'), HOOK);
  writeFileSync(
    join(folder, 'execute-saga.js'),
    applySabotage(readFileSync('dist/libs/saga/src/core/execute-saga.js', 'utf8'), what),
  );
  return { NODE_OPTIONS: `--import=${join(folder, 'hook.mjs')}` };
}

/** Places an order in a sabotaged world, and returns what the kit found. */
async function findImbalance({ env, fakes }: WorldOptions, arrange: (t: BffScenario) => void): Promise<string> {
  const timing = { STEP_TIMEOUT_MS: '400', STEP_RETRY_TIMEOUT_PERCENT: '5' };
  world = await startScenarioWorld({ env: { ...timing, ...env }, ...(fakes && { fakes }) });
  const playing = runScenario(world, 'sabotage', async (t) => {
    arrange(t);
    await t.as('ada').gql(CreateOrder, { input: twoMugs() });
    t.deliverLate();
    await t.callLog.expectBalanced(1_000);
  });
  return playing.then(
    () => 'nothing',
    (error: unknown) => String(error),
  );
}

const rejectLate = (t: BffScenario) => t.order.confirmOrder.reply(409, { code: 'UNDONE', message: 'Too late.' });
const loseReply = (t: BffScenario) => t.step('reserve the stock').fail('lost-reply');

describe('the drill on the real engine', () => {
  it('finds nothing in the code as it is', async () => {
    expect(await findImbalance({}, loseReply)).toBe('nothing');
  }, 60_000);

  it('notices participants that do what comes twice a second time', async () => {
    expect(await findImbalance({ fakes: { skipDuty: 'deduplication' } }, loseReply)).toMatch(
      /catalog\.reserveStock took effect \d+ times instead of once/,
    );
  }, 60_000);

  it('notices participants that do what arrives after its undo', async () => {
    expect(
      await findImbalance({ fakes: { skipDuty: 'tombstones' } }, (t) => t.step('reserve the stock').fail('late')),
    ).toContain('catalog.reserveStock took effect, and neither commitStock nor releaseStock did');
  }, 60_000);

  it('notices undos that are registered too late', async () => {
    expect(await findImbalance({ env: removeDuty('undo-before-call') }, loseReply)).toContain(
      'catalog.reserveStock took effect, and neither commitStock nor releaseStock did',
    );
  }, 60_000);

  it('notices undos that come in the wrong order', async () => {
    expect(await findImbalance({ env: removeDuty('reverse order') }, rejectLate)).toContain(
      'customer.voidPayment came after catalog.releaseStock, which undoes what was done earlier: the newest is undone first',
    );
  }, 60_000);
});
