import '../stack/node-version.js';
import { existsSync, readdirSync, rmdirSync, rmSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { runCommand, say } from './cli.js';
import { getMocksFolder, findProjectRoot, formatPath } from '../stack/project.js';
import { readStackConfig } from '../stack/stack.config.js';
import { StackError } from '../stack/stack.error.js';
import { isAlive, readStackFile } from '../stack/stack.file.js';
import { endAllLeftovers } from '../stack/stack.folder.js';

/** The entries that a stack writes into its data folder. Nothing else is deleted, whatever DATA_DIR points at. */
const OURS =
  /^(postgres|postgres\.(new|handover|password)|engine|engine-tmp|compile-cache|mocks|logs|jwt\.secret|stack\.json(\.new)?)(\.\d+)?$/;

/** Clears the data of the stack: the next start begins with the seed. */
async function reset(): Promise<void> {
  const config = readStackConfig(process.env);
  const dataDir = resolve(findProjectRoot(), config.DATA_DIR);
  const shown = formatPath(dataDir);
  for (const folder of [dataDir, getMocksFolder(dataDir)]) {
    const file = readStackFile(folder);
    if (file && isAlive(file.stack))
      throw new StackError(
        `A stack is running on ${formatPath(folder)} (pid ${file.stack.pid}): stop it first, then clear its data.`,
      );
  }
  if (!existsSync(dataDir)) return say(`Nothing to clear: there is no ${shown}.`);
  const left = [...(await endAllLeftovers(dataDir)), ...(await endAllLeftovers(getMocksFolder(dataDir)))];
  for (const name of left) say(`Ended ${name}, which a stack that was killed had left running.`);
  const entries = readdirSync(dataDir);
  for (const entry of entries.filter((name) => OURS.test(name))) rmSync(join(dataDir, entry), { recursive: true });
  const kept = entries.filter((name) => !OURS.test(name));
  if (kept.length === 0) rmdirSync(dataDir);
  say(
    kept.length === 0
      ? `Cleared ${shown}.`
      : `Cleared ${shown}, except what the stack did not write: ${kept.join(', ')}.`,
  );
  if (config.ORDER_DATABASE_URL !== undefined)
    say('The databases that ORDER_DATABASE_URL and the other *_DATABASE_URL variables name are as they were.');
}

await runCommand(reset);
