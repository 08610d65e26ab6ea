import { Socket } from 'node:net';
import { isNativeError } from 'node:util/types';
import { Kysely, PostgresDialect, sql } from 'kysely';
import type { RawBuilder } from 'kysely';
import { Migrator } from 'kysely/migration';
import type { Migration } from 'kysely/migration';
import pg from 'pg';

/** The migrations of a database, by name; they run in the order of their names. */
export type Migrations = Readonly<Record<string, Migration>>;

// Amounts in cents and counts stay far below 2^53, so bigint columns and count(*) are read as numbers.
pg.types.setTypeParser(pg.types.builtins.INT8, Number);

/** The statement timeout while serving, in milliseconds. */
const STATEMENT_MS = 10_000;

/** The lock timeout of a write, in milliseconds: shorter than the timeout of the saga step that calls it. */
const LOCK_MS = 1_500;

export interface DatabaseOptions {
  /** The statement timeout, in milliseconds. */
  readonly statementMs?: number;
  /**
   * Avoids sequential scans where there is an index. For prepared statements on tables that grow: a connection keeps the plan that
   * it made while the table was small, and would scan the whole large table each time.
   */
  readonly preferIndexes?: boolean;
}

/**
 * Opens a connection pool for serving. It connects at the first query. Nothing takes longer than `statementMs`: the server ends a
 * statement, and a transaction whose client died while it held locks; a connection on which the server stays silent for a little
 * longer is closed.
 */
export function openDatabase<Tables>(
  databaseUrl: string,
  onFailure: (error: Error) => void,
  { statementMs = STATEMENT_MS, preferIndexes = false }: DatabaseOptions = {},
): Kysely<Tables> {
  return open(databaseUrl, onFailure, createTimeouts(statementMs, preferIndexes ? '-c enable_seqscan=off' : ''));
}

/**
 * Opens a connection pool for writes (a bulkhead): writes that wait for locks never take the connections of reads. A write that
 * waits too long for a lock fails with an error that isLockTimeout recognises.
 */
export function openForWrites<Tables>(databaseUrl: string, onFailure: (error: Error) => void): Kysely<Tables> {
  return open(databaseUrl, onFailure, createTimeouts(STATEMENT_MS, `-c lock_timeout=${LOCK_MS}`));
}

function createTimeouts(statementMs: number, more = ''): pg.PoolConfig {
  return {
    options: `-c idle_in_transaction_session_timeout=${statementMs} -c statement_timeout=${statementMs} ${more}`,
    idleTimeoutMillis: statementMs,
    stream: () => createSocket(1.2 * statementMs),
  };
}

function open<Tables>(databaseUrl: string, onFailure: (error: Error) => void, how: pg.PoolConfig): Kysely<Tables> {
  const pool = new pg.Pool({ connectionString: databaseUrl, max: 10, connectionTimeoutMillis: 3_000, ...how });
  // A connection that the server closes, idle or in the middle of a transaction, would end the process without
  // a listener. The pool emits the error of an idle connection once more.
  pool.on('connect', (client) => {
    client.on('error', onFailure);
    prepareMarkedStatements(client);
  });
  pool.on('error', () => undefined);
  return new Kysely<Tables>({ dialect: new PostgresDialect({ pool }) });
}

/** Marks a statement as prepared: it is parsed and planned once for each connection. */
export function markPrepared(name: string): RawBuilder<unknown> {
  return sql.raw(`-- prepared: ${name}\n`);
}

const PREPARED = /^-- prepared: (\w+)\n/;

/** Makes a connection prepare the marked statements: the driver prepares statements that have a name. */
function prepareMarkedStatements(client: pg.PoolClient): void {
  const query = client.query.bind(client) as (statement: unknown, ...rest: unknown[]) => unknown;
  const runQuery = (statement: unknown, ...rest: unknown[]): unknown => {
    const name = typeof statement === 'string' ? PREPARED.exec(statement)?.[1] : undefined;
    return name === undefined ? query(statement, ...rest) : query({ name, text: statement }, ...rest);
  };
  client.query = runQuery as typeof client.query;
}

/** A socket that fails with ETIMEDOUT after `ms` milliseconds without data. */
function createSocket(ms: number): Socket {
  const socket = new Socket();
  return socket.setTimeout(ms, () => {
    const error = new Error(`The database has sent nothing for ${ms / 1_000} s`);
    socket.destroy(Object.assign(error, { code: 'ETIMEDOUT' }));
  });
}

/**
 * Migrates a database, over a separate connection without timeouts: a migration of a large table takes long, and instances that
 * start together wait for each other. `owner` keeps several sets of migrations in one database apart.
 */
export async function migrate(databaseUrl: string, migrations: Migrations, owner?: string): Promise<void> {
  const database = open<unknown>(databaseUrl, () => undefined, {});
  try {
    await runMigrations(database, migrations, owner);
  } finally {
    await database.destroy();
  }
}

async function runMigrations(database: Kysely<unknown>, migrations: Migrations, owner?: string): Promise<void> {
  const migrator = new Migrator({
    db: database,
    provider: { getMigrations: () => Promise.resolve({ ...migrations }) },
    ...(owner !== undefined && {
      migrationTableName: `${owner}_migration`,
      migrationLockTableName: `${owner}_migration_lock`,
    }),
  });
  const { error } = await migrator.migrateToLatest();
  // eslint-disable-next-line @typescript-eslint/no-deprecated -- Error.isError is not among the types of ES2024
  if (error) throw isNativeError(error) ? error : new Error('The database could not be migrated', { cause: error });
}

const CONNECTION_FAILURES = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'EPIPE',
  'ETIMEDOUT',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
]);

/** The server ended an idle transaction. */
const IDLE_TRANSACTION_TIMEOUT = '25P03';

/** The lock timeout expired. */
const LOCK_NOT_AVAILABLE = '55P03';

/** The messages of errors without a code, of the driver or the query builder, when a connection is lost or cannot be opened. */
const CONNECTION_LOST =
  /^(Connection terminated|Client has encountered a connection error|timeout exceeded when trying to connect|Postgres connection has been discarded)/;

/** True for a transient failure of the database: the same request may be retried. */
export function isDatabaseFailure(error: unknown): error is Error {
  // Errors of sockets come from Node's own realm: in a test's realm they are no instance of Error.
  // eslint-disable-next-line @typescript-eslint/no-deprecated -- Error.isError is not among the types of ES2024
  if (!isNativeError(error)) return false;
  const code = (error as { code?: unknown }).code;
  if (typeof code !== 'string') return CONNECTION_LOST.test(error.message);
  // 08 connection, 53 resources, 57 operator intervention, 40 rolled back (deadlock, serialisation).
  return (
    CONNECTION_FAILURES.has(code) ||
    /^(08|53|57|40)[0-9A-Z]{3}$/.test(code) ||
    code === IDLE_TRANSACTION_TIMEOUT ||
    code === LOCK_NOT_AVAILABLE
  );
}

/** True when a query failed because another transaction held a lock for too long: the database itself is healthy. */
export function isLockTimeout(error: Error): boolean {
  return (error as { code?: unknown }).code === LOCK_NOT_AVAILABLE;
}
