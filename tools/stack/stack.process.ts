import { spawn } from 'node:child_process';
import { closeSync, fstatSync, openSync } from 'node:fs';
import { get } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { findLastMeaningfulLine } from './stack.log.js';
import { formatPath } from './project.js';
import type { PortName } from './stack.config.js';
import { StackError } from './stack.error.js';
import { isGroupAlive } from './system.js';

export const PROCESS_NAMES = [
  'postgres',
  'engine',
  'engine-2',
  'engine-3',
  'catalog',
  'customer',
  'order',
  'mocks',
  'balancer',
  'orchestrator',
  'orchestrator-2',
  'bff',
  'bff-2',
] as const;
export type ProcessName = (typeof PROCESS_NAMES)[number];

/** One line of the topology: what is started, with what, after what, and how its readiness is checked. */
export interface ProcessSpec {
  readonly name: ProcessName;
  readonly command: string;
  readonly args: readonly string[];
  /** On top of the environment of the stack itself. */
  readonly env: Readonly<Record<string, string>>;
  readonly host: string;
  readonly ports: readonly PortName[];
  /** What must be ready before this is started, and is stopped only after it. */
  readonly after: readonly ProcessName[];
  /** URLs that answer 200, or a check that throws until the process works. */
  readonly ready: readonly string[] | (() => Promise<void>);
}

/** How a process ended: with a code, or by a signal. */
export interface Ending {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

/** A process that was started. */
export interface LiveProcess {
  readonly pid: number;
  readonly logFile: string;
  /** Where this run begins in the log. */
  readonly logStart: number;
  /** How it ended. Undefined while it lives. */
  ending(): Ending | undefined;
  /** Resolves when it and all that it started have ended. */
  readonly ended: Promise<Ending>;
}

/**
 * Starts a process in a group of its own: Ctrl-C in a terminal reaches the stack alone, which then stops its processes
 * in order, and a signal to the group reaches what the process itself has started.
 */
export function launch(spec: ProcessSpec, cwd: string, logFile: string): LiveProcess {
  const log = openSync(logFile, 'a');
  const logStart = fstatSync(log).size;
  const env = { ...process.env, ...spec.env };
  const child = spawn(spec.command, spec.args, { cwd, env, detached: true, stdio: ['ignore', log, log] });
  closeSync(log);
  const { pid } = child;
  // A command that cannot be run has no pid, and an error event without details.
  child.once('error', () => undefined);
  if (pid === undefined) throw new StackError(`${spec.name} could not be started: ${spec.command} cannot be run.`);
  let ending: Ending | undefined;
  const ended = new Promise<Ending>((resolve) => {
    child.once('exit', (code, signal) => {
      ending = { code, signal };
      void endGroup(pid).then(() => resolve({ code, signal }));
    });
  });
  return { pid, logFile, logStart, ending: () => ending, ended };
}

/** Sends a signal to a process and to what it started. False when nothing of it is left. */
export function signalGroup(pid: number, signal: NodeJS.Signals): boolean {
  return signalProcess(-pid, signal);
}

/** Sends a signal to a process alone. False when it has ended. */
export function signalProcess(pid: number, signal: NodeJS.Signals): boolean {
  try {
    process.kill(pid, signal);
    return true;
  } catch {
    return false;
  }
}

/** "exit code 1" or "SIGKILL". */
export function describeEnding({ code, signal }: Ending): string {
  return signal ?? `exit code ${code ?? 'unknown'}`;
}

const READY_WITHIN_SECONDS = 60;

/** Resolves when the process works. Throws one line when it ends before that, or takes a minute. */
export async function waitUntilReady(spec: ProcessSpec, live: LiveProcess): Promise<void> {
  const giveUp = performance.now() + READY_WITHIN_SECONDS * 1_000;
  for (;;) {
    const notReadyBecause = await findWhyNotReady(spec);
    const ending = live.ending();
    const log = `(log: ${formatPath(live.logFile)})`;
    if (ending) {
      await live.ended;
      const why = findLastMeaningfulLine(live.logFile, live.logStart) ?? 'it wrote nothing';
      throw new StackError(`${spec.name} ended before it was ready (${describeEnding(ending)}): ${why} ${log}`);
    }
    if (notReadyBecause === undefined) return;
    if (performance.now() > giveUp)
      throw new StackError(`${spec.name} was not ready within ${READY_WITHIN_SECONDS} s: ${notReadyBecause} ${log}`);
    await Promise.race([sleep(50), live.ended]);
  }
}

async function findWhyNotReady({ ready }: ProcessSpec): Promise<string | undefined> {
  try {
    if (typeof ready === 'function') await ready();
    else await Promise.all(ready.map(expectOk));
    return undefined;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

/** A connection per question: a pooled one would keep a stopping server waiting. */
function expectOk(url: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const request = get(url, { agent: false, timeout: 2_000 }, (response) => {
      response.resume();
      if (response.statusCode === 200) resolve();
      else reject(new Error(`${url} answers ${response.statusCode}`));
    });
    request.once('timeout', () => request.destroy(new Error(`${url} does not answer`)));
    request.once('error', reject);
  });
}

/** What a dead process leaves in its group is killed, too, and waited for, but not for ever. */
async function endGroup(pid: number): Promise<void> {
  for (let tries = 0; tries < 100 && signalGroup(pid, 'SIGKILL') && isGroupAlive(pid); tries++) await sleep(10);
}
