import '../stack/node-version.js';
import { spawn } from 'node:child_process';
import { join, resolve } from 'node:path';
import { runCommand } from './cli.js';
import { projectRoot, shownPath } from '../stack/project.js';
import { readStackConfig } from '../stack/stack.config.js';
import { StackError } from '../stack/stack.error.js';
import { isAlive, readStackFile } from '../stack/stack.file.js';

/** Replays the timelines of the running stack, or those in ORCHESTRATOR_DATABASE_URL. */
async function replay(): Promise<void> {
  const script = join(projectRoot(), 'dist/apps/orchestrator/src/replay/main.js');
  const env = { ...process.env, ...(process.env['ORCHESTRATOR_DATABASE_URL'] ? {} : environmentOfStack()) };
  const child = spawn(process.execPath, ['--enable-source-maps', script], { env, stdio: 'inherit' });
  process.exitCode = await new Promise<number>((end) => child.once('exit', (code) => end(code ?? 1)));
}

function environmentOfStack(): Readonly<Record<string, string>> {
  const dataDir = resolve(projectRoot(), readStackConfig(process.env).DATA_DIR);
  const file = readStackFile(dataDir);
  const orchestrator = file?.processes.find(({ name }) => name === 'orchestrator');
  if (file && isAlive(file.stack) && orchestrator) return orchestrator.env;
  throw new StackError(
    `No stack is running on ${shownPath(dataDir)}: start one with npm start, or set ORCHESTRATOR_DATABASE_URL.`,
  );
}

await runCommand(replay);
