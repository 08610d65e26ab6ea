import '../stack/node-version.js';
import { spawn } from 'node:child_process';
import { join, resolve } from 'node:path';
import { runCommand } from './cli.js';
import { findProjectRoot, formatPath } from '../stack/project.js';
import { readStackConfig } from '../stack/stack.config.js';
import { StackError } from '../stack/stack.error.js';
import { isAlive, readStackFile } from '../stack/stack.file.js';

/** Replays the timelines of the running stack, or those in ORCHESTRATOR_DATABASE_URL. */
async function replay(): Promise<void> {
  const script = join(findProjectRoot(), 'dist/apps/orchestrator/src/replay/main.js');
  const env = { ...process.env, ...(process.env['ORCHESTRATOR_DATABASE_URL'] ? {} : readStackEnvironment()) };
  const child = spawn(process.execPath, ['--enable-source-maps', script], { env, stdio: 'inherit' });
  process.exitCode = await new Promise<number>((end) => child.once('exit', (code) => end(code ?? 1)));
}

function readStackEnvironment(): Readonly<Record<string, string>> {
  const dataDir = resolve(findProjectRoot(), readStackConfig(process.env).DATA_DIR);
  const file = readStackFile(dataDir);
  const orchestrator = file?.processes.find(({ name }) => name === 'orchestrator');
  if (file && isAlive(file.stack) && orchestrator) return orchestrator.env;
  throw new StackError(
    `No stack is running on ${formatPath(dataDir)}: start one with npm start, or set ORCHESTRATOR_DATABASE_URL.`,
  );
}

await runCommand(replay);
