import { setTimeout as sleep } from 'node:timers/promises';
import type { Stack } from '../stack/stack.js';
import { PROCESS_NAMES } from '../stack/stack.process.js';
import type { ProcessName } from '../stack/stack.process.js';

/** Time for a process to stop in good order, in milliseconds; then it is killed. A developer waits for the next one. */
const STOP_WITHIN_MS = 500;

/** The processes of a stack that run an app, such as `bff` and `bff-2`. */
export function findProcesses(stack: Stack, apps: readonly string[]): readonly ProcessName[] {
  return PROCESS_NAMES.filter((name) => stack.has(name) && apps.includes(name.replace(/-\d$/, '')));
}

/** Stops a process and starts it again. Throws StackError when the new one ends before it is ready. */
export async function restart(stack: Stack, name: ProcessName): Promise<void> {
  if (stack.pid(name) !== undefined) {
    const stopped = stack.kill(name, 'SIGTERM');
    await Promise.race([stopped, sleep(STOP_WITHIN_MS)]);
    if (stack.pid(name) !== undefined) await stack.kill(name, 'SIGKILL');
    await stopped;
  }
  await stack.start(name);
}
