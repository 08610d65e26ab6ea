import { afterEach, describe, expect, it } from '@jest/globals';
import { testServerUrl } from '@bff/testing';
import { isRed } from '../../tools/chaos/finding.js';
import type { Finding } from '../../tools/chaos/finding.js';
import { runChaos } from '../../tools/chaos/run.js';
import { createEnvironmentWithout, createEnvironmentWithSecondAct } from '../../tools/chaos/sabotage.js';

const UNDONE = 'what was done for a rejected order was undone: customer.clearFraud';

let remove: (() => void) | undefined;
afterEach(() => remove?.());

async function runChanged(changed: ReturnType<typeof createEnvironmentWithout>): Promise<readonly Finding[]> {
  ({ remove } = changed);
  const { env, books } = changed;
  const { findings } = await runChaos({ orders: 40, seed: 12, databaseServer: testServerUrl(), env, books });
  return findings;
}

/** The rules about acts that do not hold. */
function findRedBooks(findings: readonly Finding[]): string[] {
  return findings
    .filter(({ rule, violations }) => /^what .*: \w+\.\w+$/.test(rule) && violations.length > 0)
    .map(({ rule }) => rule);
}

describe('a second act of one service', () => {
  it('is in the books of chaos, which are right when it is undone with its order', async () => {
    const findings = await runChanged(createEnvironmentWithSecondAct());
    expect(findRedBooks(findings)).toEqual([]);
    expect(findings.filter((finding) => finding.rule === UNDONE && !isRed(finding))).toHaveLength(1);
  }, 300_000);

  it('turns the verdict red when its undo is left out, and nothing else does', async () => {
    const findings = await runChanged(createEnvironmentWithout('second-undo'));
    expect(findRedBooks(findings)).toEqual([UNDONE]);
  }, 300_000);
});
