import { readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import { signalGroup } from './stack.process.js';
import { readBirth } from './system.js';

const runningProcess = z.object({ pid: z.number(), born: z.string() });

const stackFile = z.object({
  /** The process that runs the stack. */
  stack: runningProcess,
  /** The children that live. */
  running: z.record(z.string(), runningProcess),
  /** How each process of the stack is started. */
  processes: z.array(
    z.object({
      name: z.string(),
      command: z.string(),
      args: z.array(z.string()),
      env: z.record(z.string(), z.string()),
      cwd: z.string(),
      host: z.string(),
      ports: z.array(z.number()),
    }),
  ),
});

/** The record of a running stack for other commands: its process, and how each of its children is started. */
export type StackFile = z.output<typeof stackFile>;
export type RunningProcess = z.output<typeof runningProcess>;

/** Reads <dataDir>/stack.json. Undefined when no stack has run there, or the last one stopped in good order. */
export function readStackFile(dataDir: string): StackFile | undefined {
  try {
    return stackFile.parse(JSON.parse(readFileSync(getStackFile(dataDir), 'utf8')));
  } catch {
    return undefined;
  }
}

/** Writes <dataDir>/stack.json in one piece. It holds secrets, so no other user may read it. */
export function writeStackFile(dataDir: string, content: StackFile): void {
  const draft = `${getStackFile(dataDir)}.new`;
  writeFileSync(draft, JSON.stringify(content, undefined, 2), { mode: 0o600 });
  renameSync(draft, getStackFile(dataDir));
}

/** Removes <dataDir>/stack.json: the stack has stopped. */
export function removeStackFile(dataDir: string): void {
  rmSync(getStackFile(dataDir), { force: true });
}

/** Names a process so that a later one that was given the same pid is not mistaken for it. */
export function identify(pid: number): RunningProcess {
  return { pid, born: readBirth(pid) ?? 'unknown' };
}

/** True while that very process lives. */
export function isAlive({ pid, born }: RunningProcess): boolean {
  const now = readBirth(pid);
  return now !== undefined && now === born;
}

/**
 * Ends what a stack that was itself killed left running on the data folder, so that the next one can have its ports and its
 * files. Returns the names of what it ended.
 */
export async function endLeftovers(dataDir: string): Promise<readonly string[]> {
  const left = Object.entries(readStackFile(dataDir)?.running ?? {}).filter(([, leftover]) => isAlive(leftover));
  await Promise.all(left.map(([, leftover]) => end(leftover)));
  return left.map(([name]) => name);
}

async function end(leftover: RunningProcess): Promise<void> {
  signalGroup(leftover.pid, 'SIGTERM');
  for (let tries = 0; tries < 100 && isAlive(leftover); tries++) await sleep(50);
  signalGroup(leftover.pid, 'SIGKILL');
}

export function getStackFile(dataDir: string): string {
  return join(dataDir, 'stack.json');
}
