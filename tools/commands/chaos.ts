import '../stack/node-version.js';
import { parseArgs } from 'node:util';
import { isRed } from '../chaos/finding.js';
import { runChaos, spread } from '../chaos/run.js';
import type { ChaosReport } from '../chaos/run.js';
import { createEnvironmentWithout, SABOTAGES } from '../chaos/sabotage.js';
import type { Sabotage } from '../chaos/sabotage.js';
import { runCommand, say, UsageError } from './cli.js';

const USAGE = `Usage: npm run chaos -- [--orders <number>] [--seed <number>] [--cluster] [--without <duty>]
  for example: npm run chaos -- --orders 2000 --seed 7
  --cluster runs the engine as three nodes instead of one
  --without removes a duty from the product, to see that chaos notices: ${Object.keys(SABOTAGES).join(', ')}`;

/** Runs chaos, and prints whether the books are right. Exits with 1 when they are not. */
async function runChaosCommand(): Promise<void> {
  const { without, ...options } = readArguments();
  say(
    `chaos: ${options.orders} orders, seed ${options.seed}${options.cluster ? ', three engine nodes' : ''}${without === undefined ? '' : `, without ${without}`}`,
  );
  const sabotaged = without === undefined ? undefined : createEnvironmentWithout(without);
  const printProgress = (line: string): void => say(`  ${line}`);
  const report = await runChaos({
    ...options,
    onProgress: printProgress,
    ...(sabotaged && { env: sabotaged.env, books: sabotaged.books }),
  });
  sabotaged?.remove();
  show(report);
  if (report.findings.some(isRed)) process.exitCode = 1;
}

interface Arguments {
  readonly orders: number;
  readonly seed: number;
  readonly cluster: boolean;
  readonly without: Sabotage | undefined;
}

function readArguments(): Arguments {
  try {
    const text = { type: 'string' } as const;
    const {
      orders = '2000',
      seed = '7',
      cluster = false,
      without,
    } = parseArgs({
      options: { orders: text, seed: text, cluster: { type: 'boolean' }, without: text },
    }).values;
    for (const number of [orders, seed]) if (!/^\d{1,9}$/.test(number)) throw new Error(`"${number}" is not a number.`);
    if (without !== undefined && !isSabotage(without)) throw new Error(`There is no duty "${without}".`);
    return { orders: Number(orders), seed: Number(seed), cluster, without };
  } catch (error) {
    throw new UsageError(`${error instanceof Error ? error.message : String(error)}\n${USAGE}`);
  }
}

function isSabotage(name: string): name is Sabotage {
  return Object.hasOwn(SABOTAGES, name);
}

function show(report: ChaosReport): void {
  const { seed, orders, seconds, outcomes, faults, blows, answeredMs } = report;
  say(
    `\n${orders} orders, seed ${seed}, ${seconds.toFixed(0)} s; a buyer's answer after ${formatMs(answeredMs[0])} (median), ${formatMs(answeredMs[1])} at most`,
  );
  printTable('outcomes', [...outcomes]);
  printTable('faults on the way', [...faults]);
  say('\nblows                         count   away, median and max   next step after, median and max');
  for (const [name, all] of Map.groupBy(blows, ({ victim, kind }) => `${kind} ${victim}`)) {
    const [away, next] = [spread(all.map(({ awayMs }) => awayMs)), spread(all.map(({ nextStepMs }) => nextStepMs))];
    say(
      `  ${name.padEnd(27)}${String(all.length).padStart(6)}   ${away.map(formatMs).join(' ')}   ${next.map(formatMs).join(' ')}`,
    );
  }
  say('\ndeliveries                 arrived  took effect');
  for (const [service, arrived, effects] of report.deliveries)
    say(`  ${service.padEnd(24)}${String(arrived).padStart(8)}${String(effects).padStart(13)}`);
  say('\nviolations    cases  rule');
  for (const { rule, cases, violations } of report.findings) {
    const none = cases === 0 ? ' (checked no case: it proves nothing)' : '';
    say(`  ${String(violations.length).padStart(8)}${String(cases).padStart(9)}  ${rule}${none}`);
    for (const violation of violations.slice(0, 5)) say(`           ${violation}`);
  }
  const count = report.findings.reduce((sum, { violations }) => sum + violations.length, 0);
  const blind = report.findings.filter(({ cases }) => cases === 0).length;
  say(`\n${count} violations${blind === 0 ? '' : `, and ${blind} rules checked no case`}`);
}

function printTable(title: string, rows: readonly (readonly [string, number])[]): void {
  say(`\n${title}`);
  for (const [name, count] of rows.toSorted(([, a], [, b]) => b - a))
    say(`  ${name.padEnd(27)}${String(count).padStart(6)}`);
}

function formatMs(value: number): string {
  return `${value.toFixed(0)} ms`.padStart(9);
}

await runCommand(runChaosCommand);
