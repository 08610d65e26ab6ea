import { spawn } from 'node:child_process';
import { chmodSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { findFreePorts } from '../../tools/stack/ports.js';
import { findProjectRoot } from '../../tools/stack/project.js';
import { PORT_VARIABLES } from '../../tools/stack/stack.config.js';
import { isAlive, readStackFile } from '../../tools/stack/stack.file.js';
import type { RunningProcess } from '../../tools/stack/stack.file.js';
import { createTemporaryFolder } from '../../tools/stack/temporary-folder.js';

/** A data folder and ports of its own, as the environment of the commands that use them. */
export interface Place {
  readonly dataDir: string;
  readonly env: Readonly<Record<string, string>>;
  /** Deletes the data folder. */
  clear(): void;
}

export async function createPlace(): Promise<Place> {
  const dataDir = createTemporaryFolder('stack');
  chmodSync(dataDir, 0o711);
  const ports: Readonly<Record<string, number>> = await findFreePorts();
  const variables = Object.entries(PORT_VARIABLES).map(([name, variable]) => [variable, String(ports[name])] as const);
  return {
    dataDir,
    env: { ...Object.fromEntries(variables), DATA_DIR: dataDir },
    clear: () => rmSync(dataDir, { recursive: true, force: true }),
  };
}

/** A command of the product, run as in a terminal: in a process group of its own, which is what Ctrl-C is sent to. */
export interface Command {
  readonly pid: number;
  /** Its output so far. */
  readonly out: () => string;
  readonly err: () => string;
  /** Resolves when it has printed the text. Throws with its whole output when it ends instead. */
  waitForText(text: string): Promise<void>;
  press(signal: NodeJS.Signals): void;
  readonly ended: Promise<number | NodeJS.Signals>;
}

/** Runs dist/tools/commands/<name>.js. */
export function startCommand(
  name: string,
  place: Place,
  args: readonly string[] = [],
  env: NodeJS.ProcessEnv = {},
): Command {
  return runScript(`tools/commands/${name}.js`, args, { ...place.env, ...env });
}

/** Runs dist/<script>. */
export function runScript(script: string, args: readonly string[], env: NodeJS.ProcessEnv): Command {
  const child = spawn(process.execPath, [join(findProjectRoot(), 'dist', script), ...args], {
    cwd: findProjectRoot(),
    // The environment of the test run must not reach the product.
    env: { ...process.env, NODE_OPTIONS: '', NODE_ENV: '', ...env },
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const { pid = 0 } = child;
  let out = '';
  let err = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => (out += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (err += text));
  const ended = new Promise<number | NodeJS.Signals>((resolve) => {
    child.once('close', (code, signal) => resolve(signal ?? code ?? -1));
  });
  const waitForText = (text: string): Promise<void> =>
    new Promise((resolve, reject) => {
      const look = (): void => {
        if (out.includes(text)) resolve();
      };
      child.stdout.on('data', look);
      look();
      void ended.then((ending) =>
        reject(new Error(`${script} ended (${ending}) and never printed "${text}":\n${out}${err}`)),
      );
    });
  return {
    pid,
    out: () => out,
    err: () => err,
    waitForText,
    press: (signal) => void process.kill(-pid, signal),
    ended,
  };
}

/** Runs a command to its end. */
export async function runToEnd(...parameters: Parameters<typeof startCommand>): Promise<{
  readonly ending: number | NodeJS.Signals;
  readonly out: string;
  readonly err: string;
}> {
  const run = startCommand(...parameters);
  const ending = await run.ended;
  return { ending, out: run.out(), err: run.err() };
}

/** The processes that the stack on a place has running, by name. */
export function readProcesses(place: Place): ReadonlyMap<string, RunningProcess> {
  return new Map(Object.entries(readStackFile(place.dataDir)?.running ?? {}));
}

/** The names of those that still live. */
export function findAlive(processes: ReadonlyMap<string, RunningProcess>): readonly string[] {
  return [...processes].filter(([, one]) => isAlive(one)).map(([name]) => name);
}
