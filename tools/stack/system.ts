import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync, readlinkSync } from 'node:fs';

/** The start time of a process, as the system prints it. Undefined when it does not exist, or is a zombie. */
export function readBirth(pid: number): string | undefined {
  if (process.platform !== 'linux') return runCommand('ps', '-o', 'lstart=', '-p', String(pid));
  const { state, birth } = readStatus(pid);
  return state === 'Z' ? undefined : birth;
}

/** True when a process of the group is alive. Outside Linux, zombies count, too. */
export function isGroupAlive(group: number): boolean {
  if (process.platform !== 'linux') return true;
  return listPids().some((pid) => {
    const status = readStatus(pid);
    return status.group === String(group) && status.state !== 'Z';
  });
}

/** The command line of a process. Undefined when it does not exist. */
export function readCommand(pid: number): string | undefined {
  if (process.platform !== 'linux') return runCommand('ps', '-o', 'command=', '-p', String(pid));
  return read(`/proc/${pid}/cmdline`)?.replaceAll('\0', ' ');
}

/** The processes whose working directory is a folder, on Linux; none elsewhere. */
export function listProcessesIn(folder: string): readonly number[] {
  if (process.platform !== 'linux') return [];
  return listPids().filter((pid) => readWorkingFolder(pid) === folder);
}

/** A user of this machine. */
export interface User {
  readonly uid: number;
  readonly gid: number;
}

/** Undefined when there is no such user. */
export function findUser(name: string): User | undefined {
  const [uid, gid] = [runCommand('id', '-u', name), runCommand('id', '-g', name)];
  return uid === undefined || gid === undefined ? undefined : { uid: Number(uid), gid: Number(gid) };
}

function runCommand(command: string, ...args: readonly string[]): string | undefined {
  try {
    return execFileSync(command, args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }).trim() || undefined;
  } catch {
    return undefined;
  }
}

function listPids(): readonly number[] {
  return readdirSync('/proc').map(Number).filter(Number.isInteger);
}

function readStatus(pid: number): { readonly state?: string; readonly group?: string; readonly birth?: string } {
  // The name in parentheses may hold anything; the fields are counted from its end.
  const fields = read(`/proc/${pid}/stat`)?.split(') ').at(-1)?.split(' ');
  if (!fields) return {};
  const [state = '', , group = ''] = fields;
  return { state, group, birth: fields[19] ?? '' };
}

function readWorkingFolder(pid: number): string | undefined {
  try {
    return readlinkSync(`/proc/${pid}/cwd`);
  } catch {
    return undefined;
  }
}

function read(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return undefined;
  }
}
