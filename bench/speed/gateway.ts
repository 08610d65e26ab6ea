import { execFileSync, spawn } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { findFreePorts } from '../../tools/stack/ports.js';
import { readCpuMs } from './process-tree.js';

/** A process under measurement. */
export interface Measured {
  readonly pid: number;
  /** CPU time used so far, in milliseconds. */
  readonly cpuMs: () => number;
  /** Resident memory, in MB. */
  readonly memoryMb: () => number;
  readonly end: () => Promise<void>;
}

/** The core of the gateways, one of which has work. */
export const GATEWAY_CORE = 0;

/** The core of the downstreams and of the load. */
export const OTHER_CORE = 1;

const TASKSET = '/usr/bin/taskset';

/** Starts a program as in production, on one core where the system can pin it. */
export function startPinned(
  [program, ...args]: readonly [string, ...string[]],
  { core, env }: { readonly core: number; readonly env: Readonly<Record<string, string>> },
): Measured {
  const [command, all] = existsSync(TASKSET) ? [TASKSET, ['-c', String(core), program, ...args]] : [program, args];
  const child = spawn(command, all, {
    env: { ...process.env, NODE_ENV: 'production', ...env },
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  const { pid = -1 } = child;
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  return {
    pid,
    cpuMs: () => readCpuMs(pid),
    memoryMb: () => readMemoryMb(pid),
    end: async () => {
      child.kill('SIGKILL');
      await ended;
    },
  };
}

/** A port that no process listens on. */
export async function findFreePort(): Promise<number> {
  return (await findFreePorts()).bff;
}

/** Pins this process to one core, where the system can. */
export function pinToCore(core: number): void {
  if (existsSync(TASKSET)) execFileSync(TASKSET, ['-cp', String(core), String(process.pid)]);
}

/** Waits until a server responds at a URL. Resolves with the time that took, in milliseconds. */
export async function waitUntilAnswering(url: string, began = performance.now()): Promise<number> {
  while (!(await fetch(url).then(drain, () => undefined))) {
    if (performance.now() - began > 60_000) throw new Error(`No response from ${url} within 60 s`);
    await sleep(5);
  }
  return performance.now() - began;
}

async function drain(response: Response): Promise<boolean> {
  await response.arrayBuffer();
  return response.status < 500;
}

function readMemoryMb(pid: number): number {
  return Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]) / 1_024;
}
