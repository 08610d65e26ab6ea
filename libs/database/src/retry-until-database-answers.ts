import { constants } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import { sql } from 'kysely';
import { isDatabaseFailure, openDatabase } from './database.js';

/** How long to wait before the database is tried again, in milliseconds. */
const PAUSE_MS = 500;

/** How long a database may stay silent before it counts as one that does not answer, in milliseconds. */
const SILENCE_MS = 3_000;

/** How often a start that waits says so, in milliseconds. */
const REMINDER_MS = 15_000;

/** Where a start that waits for its database says so. */
export interface StartLog {
  log(line: string): void;
  warn(line: string): void;
}

/**
 * Does the work of a start that needs the database, again and again while the database cannot be reached, and gives back what
 * the work came to. The work must bear being done twice. SIGTERM and SIGINT end the process meanwhile. Throws every error that
 * waiting does not cure: a wrong password, a database that does not exist.
 */
export async function retryUntilDatabaseAnswers<T>(
  databaseUrl: string,
  log: StartLog,
  work: () => Promise<T>,
  reminderMs = REMINDER_MS,
): Promise<T> {
  const name = describeDatabase(databaseUrl);
  let saidAt: number | undefined;
  const stopListening = exitOnSignals();
  try {
    for (;;) {
      try {
        await ping(databaseUrl);
        const result = await work();
        if (saidAt !== undefined) log.log(`${name} answers`);
        return result;
      } catch (error) {
        if (!isDatabaseFailure(error)) throw error;
        const now = performance.now();
        if (saidAt === undefined || now - saidAt >= reminderMs) {
          log.warn(`${name} does not answer yet, the start waits for it: ${formatReason(error)}`);
          saidAt = now;
        }
      }
      await sleep(PAUSE_MS);
    }
  } finally {
    stopListening();
  }
}

/** One small query, bounded in time, as migrations are not. Throws when there is no answer. */
async function ping(databaseUrl: string): Promise<void> {
  const database = openDatabase<unknown>(databaseUrl, () => undefined, { statementMs: SILENCE_MS });
  try {
    await sql`select 1`.execute(database);
  } finally {
    await database.destroy();
  }
}

/** Nothing has begun that must end in good order. Without a listener a process with the id 1, as in a container, ignores SIGTERM. */
function exitOnSignals(): () => void {
  const exit = (signal: 'SIGTERM' | 'SIGINT'): void => process.exit(128 + constants.signals[signal]);
  process.on('SIGTERM', exit).on('SIGINT', exit);
  return () => void process.off('SIGTERM', exit).off('SIGINT', exit);
}

/** Without its password. */
function describeDatabase(databaseUrl: string): string {
  const { host } = new URL(databaseUrl);
  return host === '' ? 'The database' : `The database at ${host}`;
}

/** In one line. A host with several addresses fails once for each of them, and has no message of its own. */
function formatReason(error: Error): string {
  // Those of an AggregateError.
  const { errors = [error] } = error as { readonly errors?: readonly Error[] };
  return errors.map(({ message }) => message).join(', ');
}
