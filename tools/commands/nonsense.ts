import '../stack/node-version.js';
import { parseArgs } from 'node:util';
import { runCommand, say, UsageError } from './cli.js';
import { runNonsense } from '../nonsense/run.js';

const USAGE = `Usage: npm run test:nonsense -- [--seed <number>] [--requests <number>]
  for example: npm run test:nonsense -- --seed 3 --requests 2000`;

/** Sends invalid requests to every entry point of every process. Exits with 1 when a response is not in docs/errors.md. */
async function runNonsenseCommand(): Promise<void> {
  const { seed, requests } = readArguments();
  say(`nonsense: ${requests} requests, seed ${seed}`);
  const { sent, wrong, logged } = await runNonsense({ seed, requests, onProgress: (line) => say(`  ${line}`) });
  for (const [door, count] of [...sent].sort()) say(`  ${door.padEnd(24)}${String(count).padStart(6)}`);
  say(`\n${wrong.length} answers outside docs/errors.md`);
  for (const line of wrong.slice(0, 50)) say(`  ${line}`);
  say(`${logged.length} lines of errors in the logs`);
  for (const line of logged.slice(0, 50)) say(`  ${line}`);
  if (wrong.length > 0 || logged.length > 0) process.exitCode = 1;
}

function readArguments(): { readonly seed: number; readonly requests: number } {
  try {
    const text = { type: 'string' } as const;
    const { seed = '3', requests = '2000' } = parseArgs({ options: { seed: text, requests: text } }).values;
    for (const number of [seed, requests])
      if (!/^[1-9]\d{0,8}$/.test(number)) throw new Error(`"${number}" is not a number.`);
    return { seed: Number(seed), requests: Number(requests) };
  } catch (error) {
    throw new UsageError(`${error instanceof Error ? error.message : String(error)}\n${USAGE}`);
  }
}

await runCommand(runNonsenseCommand);
