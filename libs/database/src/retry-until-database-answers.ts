import { constants } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import { sql } from 'kysely';
import { isDatabaseFailure, openDatabase } from './database.js';

/** The pause between two attempts, in milliseconds. */
const PAUSE_MS = 500;

/** The timeout of a ping, in milliseconds. */
const SILENCE_MS = 3_000;

/** The interval between two warnings while the start waits, in milliseconds. */
const REMINDER_MS = 15_000;

/** The log of a start that waits for its database. */
export interface StartLog {
  log(line: string): void;
  warn(line: string): void;
}

/**
 * Runs the part of a start that needs the database, and retries it while the database cannot be reached. Returns the result of
 * the work, which must be idempotent. SIGTERM and SIGINT end the process while it waits. Throws errors that are not transient: a
 * wrong password, a database that does not exist.
 */
export async function retryUntilDatabaseAnswers<T>(
  databaseUrl: string,
  log: StartLog,
  work: () => Promise<T>,
  reminderMs = REMINDER_MS,
): Promise<T> {
  const name = describeDatabase(databaseUrl);
  let warnedAt: number | undefined;
  const stopListening = exitOnSignals();
  try {
    for (;;) {
      try {
        await ping(databaseUrl);
        const result = await work();
        if (warnedAt !== undefined) log.log(`${name} answers`);
        return result;
      } catch (error) {
        if (!isDatabaseFailure(error)) throw error;
        const now = performance.now();
        if (warnedAt === undefined || now - warnedAt >= reminderMs) {
          log.warn(`${name} does not answer yet, the start waits for it: ${formatReason(error)}`);
          warnedAt = now;
        }
      }
      await sleep(PAUSE_MS);
    }
  } finally {
    stopListening();
  }
}

/** One small query with a timeout, which migrations do not have. Throws when there is no response. */
async function ping(databaseUrl: string): Promise<void> {
  const database = openDatabase<unknown>(databaseUrl, () => undefined, { statementMs: SILENCE_MS });
  try {
    await sql`select 1`.execute(database);
  } finally {
    await database.destroy();
  }
}

/**
 * Ends the process immediately: there is nothing to drain yet. Without a listener, a process with the id 1, as in a container,
 * ignores SIGTERM.
 */
function exitOnSignals(): () => void {
  const exit = (signal: 'SIGTERM' | 'SIGINT'): void => process.exit(128 + constants.signals[signal]);
  process.on('SIGTERM', exit).on('SIGINT', exit);
  return () => void process.off('SIGTERM', exit).off('SIGINT', exit);
}

/** The name of the database for logs, without its password. */
function describeDatabase(databaseUrl: string): string {
  const { host } = new URL(databaseUrl);
  return host === '' ? 'The database' : `The database at ${host}`;
}

/** The message in one line. A host with several addresses fails with an AggregateError, which has no message. */
function formatReason(error: Error): string {
  // Those of an AggregateError.
  const { errors = [error] } = error as { readonly errors?: readonly Error[] };
  return errors.map(({ message }) => message).join(', ');
}
