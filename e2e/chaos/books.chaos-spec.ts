import { expect, it } from '@jest/globals';
import { testServerUrl } from '@bff/testing';
import { runChaos } from '../../tools/chaos/run.js';

/** A small run; `npm run chaos` makes a large one, and shows that it can fail. */
it('the books are right when 60 buyers order while everything breaks', async () => {
  const report = await runChaos({ orders: 60, seed: 11, databaseServer: testServerUrl() });
  expect(report.findings.filter(({ violations }) => violations.length > 0)).toEqual([]);
  expect(report.findings.length).toBeGreaterThan(10);
  expect(report.findings.filter(({ cases }) => cases === 0)).toEqual([]);
  // Enough faults for a meaningful run, and few enough that orders succeed.
  expect(report.blows.length).toBeGreaterThan(2);
  expect([...report.faults.values()].reduce((sum, count) => sum + count, 0)).toBeGreaterThan(20);
  // Between 7 and 35 of 60 in forty runs: steps give up early here, and when a service is killed is a matter of chance.
  expect(report.outcomes.get('OrderConfirmed')).toBeGreaterThan(3);
  for (const [, arrived, effects] of report.deliveries) expect(arrived).toBeGreaterThan(effects);
}, 300_000);
