import { readdirSync, readFileSync } from 'node:fs';
import { NothingMeasured } from '../support/quantile.js';

interface Known {
  readonly parent: number;
  readonly cpuMs: number;
}

/** CPU that a process and all that it started used so far, in milliseconds. What has ended by now is not counted. */
export function readCpuMsOfTree(pid: number): number {
  const all = new Map<number, Known>();
  for (const name of readdirSync('/proc')) {
    const known = /^\d+$/.test(name) ? read(name) : undefined;
    if (known) all.set(Number(name), known);
  }
  let sum = 0;
  for (const [one, { cpuMs }] of all) if (isDescendant(one, pid, all)) sum += cpuMs;
  if (!all.has(pid)) throw new NothingMeasured(`No process ${pid} is there whose CPU could be read`);
  return sum;
}

/** CPU that one process used so far, in milliseconds. */
export function readCpuMs(pid: number): number {
  const known = read(String(pid));
  if (!known) throw new NothingMeasured(`No process ${pid} is there whose CPU could be read`);
  return known.cpuMs;
}

function isDescendant(pid: number, from: number, all: ReadonlyMap<number, Known>): boolean {
  for (let one: number | undefined = pid; one !== undefined; one = all.get(one)?.parent) if (one === from) return true;
  return false;
}

/** Undefined when it has just ended. */
function read(pid: string): Known | undefined {
  try {
    const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ').at(-1)?.split(' ') ?? [];
    // Linux counts in ticks of 10 ms.
    return { parent: Number(fields[1]), cpuMs: (Number(fields[11]) + Number(fields[12])) * 10 };
  } catch {
    return undefined;
  }
}
