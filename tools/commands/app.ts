import '../stack/node-version.js';
import { spawn } from 'node:child_process';
import { resolve } from 'node:path';
import { runCommand, say, UsageError } from './cli.js';
import { isFree } from '../stack/ports.js';
import { findProjectRoot, formatPath } from '../stack/project.js';
import { readStackConfig } from '../stack/stack.config.js';
import { StackError } from '../stack/stack.error.js';
import { isAlive, readStackFile } from '../stack/stack.file.js';
import type { StackFile } from '../stack/stack.file.js';

type Process = StackFile['processes'][number];

/** Runs one process of a running stack in this terminal, as the stack itself would, until Ctrl-C or the stack's end. */
async function runApp(name: string | undefined): Promise<void> {
  const dataDir = resolve(findProjectRoot(), readStackConfig(process.env).DATA_DIR);
  const file = readStackFile(dataDir);
  if (!file || !isAlive(file.stack))
    throw new StackError(`No stack is running on ${formatPath(dataDir)}: start one with npm start.`);
  const names = file.processes.map((one) => one.name).join(', ');
  if (name === undefined) throw new UsageError(`Usage: npm run app -- <name>, where <name> is one of ${names}`);
  const wanted = file.processes.find((one) => one.name === name);
  if (!wanted) throw new UsageError(`There is no process "${name}" in the stack: it is one of ${names}`);
  await checkEnded(file, wanted);
  say(`starting ${name}; Ctrl-C stops it`);
  process.exitCode = await runHere(wanted, file);
}

async function checkEnded(file: StackFile, { name, host, ports }: Process): Promise<void> {
  const running = file.running[name];
  if (running && isAlive(running)) throw new StackError(`${name} is running (pid ${running.pid}).`);
  for (const port of ports)
    if (!(await isFree(port, host)))
      throw new StackError(`${name} is still running, or another process is, on port ${port}.`);
}

/** Ends with the exit code of the process. Ctrl-C reaches it from the terminal, so it is only waited for here. */
function runHere({ name, command, args, env, cwd }: Process, { stack }: StackFile): Promise<number> {
  const child = spawn(command, args, { cwd, env: { ...process.env, ...env }, stdio: 'inherit' });
  let asked = false;
  process.on('SIGINT', () => (asked = true));
  for (const signal of ['SIGTERM', 'SIGHUP'] as const) process.on(signal, () => (asked = child.kill(signal)));
  const watch = setInterval(() => {
    if (asked || isAlive(stack)) return;
    say(`the stack has stopped; stopping ${name}`);
    asked = child.kill('SIGTERM');
  }, 1_000);
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', (code, signal) => {
      clearInterval(watch);
      if (!asked) say(`${name} ended (${signal ?? `exit code ${code}`})`);
      resolve(asked ? 0 : (code ?? 1));
    });
  });
}

await runCommand(() => runApp(process.argv[2]));
