import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { StackError } from './stack.error.js';
import { launch, signalGroup, signalProcess, waitUntilReady } from './stack.process.js';
import type { Ending, LiveProcess, ProcessName, ProcessSpec } from './stack.process.js';

/** An event of a process of a stack. */
export type StackEvent =
  | { readonly type: 'starting'; readonly name: ProcessName; readonly pid: number }
  | { readonly type: 'ready'; readonly name: ProcessName; readonly pid: number; readonly ms: number }
  | { readonly type: 'stopping'; readonly name: ProcessName }
  /** It did not stop when it was asked to, and was killed. */
  | { readonly type: 'killed'; readonly name: ProcessName; readonly afterMs: number }
  /** asked is false when this stack did not ask for it; ready is false when the start fails because of it. */
  | ({ readonly type: 'ended'; readonly name: ProcessName; readonly asked: boolean; readonly ready: boolean } & Ending)
  /** A process that an earlier stack on the same data left running was ended. */
  | { readonly type: 'leftover'; readonly name: string };

/** Starts and ends processes, and tracks which of them are alive. */
export interface Runner {
  /** Starts every process as soon as those it waits for are ready. */
  readonly startAll: () => Promise<void>;
  readonly start: (name: ProcessName) => Promise<void>;
  readonly kill: (name: ProcessName, signal: NodeJS.Signals) => Promise<void>;
  /** Stops every process after those that need it. Nothing can be started from now on. */
  readonly stopAll: () => Promise<void>;
  readonly killAll: () => void;
  readonly live: (name: ProcessName) => LiveProcess | undefined;
  readonly ended: (name: ProcessName) => Promise<Ending>;
}

export interface RunnerOptions {
  readonly cwd: string;
  readonly logDir: string;
  readonly onEvent: (event: StackEvent) => void;
}

const STOP_WITHIN_MS = 5_000;
const PAUSES: readonly NodeJS.Signals[] = ['SIGSTOP', 'SIGCONT'];

interface State extends RunnerOptions {
  readonly specs: readonly ProcessSpec[];
  /** The last run of each process, whether it lives or not. */
  readonly runs: Map<ProcessName, LiveProcess>;
  /** The pids whose end was asked for. */
  readonly asked: Set<number>;
  closing: boolean;
}

/** Makes the runner of a topology, in which a process waits only for those above it. */
export function createRunner(specs: readonly ProcessSpec[], options: RunnerOptions): Runner {
  const state: State = { ...options, specs, runs: new Map(), asked: new Set(), closing: false };
  return {
    startAll: () => startAll(state),
    start: (name) => start(state, name),
    kill: (name, signal) => kill(state, name, signal),
    stopAll: () => stopAll(state),
    killAll: () => killAll(state),
    live: (name) => findLive(state, name),
    ended: (name) => waitForEnd(state, name),
  };
}

function findLive({ runs }: State, name: ProcessName): LiveProcess | undefined {
  const run = runs.get(name);
  return run?.ending() ? undefined : run;
}

async function waitForEnd({ runs }: State, name: ProcessName): Promise<Ending> {
  const run = runs.get(name);
  if (!run) throw new StackError(`${name} was never started.`);
  return run.ended;
}

async function start(state: State, name: ProcessName): Promise<void> {
  const { specs, runs, asked, onEvent, cwd, logDir } = state;
  const spec = specs.find((one) => one.name === name);
  if (!spec) throw new StackError(`${name} is not a process of this stack.`);
  if (state.closing) throw new StackError(`${name} was not started: the stack is stopping.`);
  if (findLive(state, name)) throw new StackError(`${name} is running.`);
  const began = performance.now();
  mkdirSync(logDir, { recursive: true });
  const run = launch(spec, cwd, join(logDir, `${name}.log`));
  runs.set(name, run);
  onEvent({ type: 'starting', name, pid: run.pid });
  let ready = false;
  void run.ended.then((ending) => onEvent({ type: 'ended', name, asked: asked.delete(run.pid), ready, ...ending }));
  await waitUntilReady(spec, run);
  ready = true;
  onEvent({ type: 'ready', name, pid: run.pid, ms: Math.round(performance.now() - began) });
}

async function startAll(state: State): Promise<void> {
  const begun = new Map<ProcessName, Promise<void>>();
  for (const { name, after } of state.specs)
    begun.set(
      name,
      Promise.all(after.flatMap((other) => begun.get(other) ?? [])).then(() => start(state, name)),
    );
  await Promise.all(begun.values());
}

async function kill(state: State, name: ProcessName, signal: NodeJS.Signals): Promise<void> {
  const run = findLive(state, name);
  if (!run) throw new StackError(`${name} is not running.`);
  if (PAUSES.includes(signal)) return void signalGroup(run.pid, signal);
  state.asked.add(run.pid);
  // Only what cannot be caught goes to the group: a process that is asked to stop stops its own children itself.
  if (signal === 'SIGKILL') signalGroup(run.pid, signal);
  else signalProcess(run.pid, signal);
  await run.ended;
}

async function stop(state: State, name: ProcessName): Promise<void> {
  const run = findLive(state, name);
  // One that has just died may have left something that is still being ended.
  if (!run) {
    await state.runs.get(name)?.ended;
    return;
  }
  state.onEvent({ type: 'stopping', name });
  const stopped = kill(state, name, 'SIGTERM');
  const patience = new AbortController();
  const late = sleep(STOP_WITHIN_MS, 'late', { signal: patience.signal }).catch(() => undefined);
  if ((await Promise.race([stopped, late])) === 'late') {
    state.onEvent({ type: 'killed', name, afterMs: STOP_WITHIN_MS });
    signalGroup(run.pid, 'SIGKILL');
  }
  await stopped;
  patience.abort();
}

async function stopAll(state: State): Promise<void> {
  state.closing = true;
  const stopped = new Map<ProcessName, Promise<void>>();
  for (const { name } of state.specs.toReversed()) {
    const users = state.specs.flatMap((user) => (user.after.includes(name) ? (stopped.get(user.name) ?? []) : []));
    stopped.set(
      name,
      Promise.all(users).then(() => stop(state, name)),
    );
  }
  await Promise.all(stopped.values());
}

function killAll(state: State): void {
  state.closing = true;
  for (const { name } of state.specs) {
    const run = findLive(state, name);
    if (!run) continue;
    state.asked.add(run.pid);
    signalGroup(run.pid, 'SIGKILL');
  }
}
