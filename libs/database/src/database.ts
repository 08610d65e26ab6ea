import { Socket } from 'node:net';
import { isNativeError } from 'node:util/types';
import { Kysely, PostgresDialect, sql } from 'kysely';
import type { RawBuilder } from 'kysely';
import { Migrator } from 'kysely/migration';
import type { Migration } from 'kysely/migration';
import pg from 'pg';

/** The steps that bring an empty database to today's tables, by name; they run in the order of their names. */
export type Migrations = Readonly<Record<string, Migration>>;

// Amounts in cents and counts stay far below 2^53, so bigint columns and count(*) are read as numbers.
pg.types.setTypeParser(pg.types.builtins.INT8, Number);

/** The longest that a statement may take while serving, in milliseconds. */
const STATEMENT_MS = 10_000;

/** The longest that a write waits for a lock, in milliseconds: less than a step of a saga waits for the write. */
const LOCK_MS = 1_500;

export interface DatabaseOptions {
  /** The longest that a statement may take, in milliseconds. */
  readonly statementMs?: number;
  /**
   * Never reads a whole table where an index leads to the row. For prepared statements on tables that grow: a plan that was made
   * while a table was small is kept for as long as the connection, and would read all of the large one each time.
   */
  readonly preferIndexes?: boolean;
}

/**
 * Opens a pooled database for serving. Nothing is connected until the first query. Nothing takes longer than `statementMs`: the
 * server ends a statement, and a transaction whose client vanished with its locks; a server that says nothing for a little
 * longer is taken for gone, with its connection.
 */
export function openDatabase<Tables>(
  databaseUrl: string,
  onFailure: (error: Error) => void,
  { statementMs = STATEMENT_MS, preferIndexes = false }: DatabaseOptions = {},
): Kysely<Tables> {
  return open(databaseUrl, onFailure, createTimeouts(statementMs, preferIndexes ? '-c enable_seqscan=off' : ''));
}

/**
 * The same for writes that wait for locks: a pool of its own, so that writes that wait never take the connections of reads. A
 * lock that another transaction holds for too long ends the write with an error that isLockTimeout recognises.
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
  // a listener. The pool says again what an idle one said.
  pool.on('connect', (client) => {
    client.on('error', onFailure);
    prepareMarkedStatements(client);
  });
  pool.on('error', () => undefined);
  return new Kysely<Tables>({ dialect: new PostgresDialect({ pool }) });
}

/** Marks a statement that is parsed and planned once for each connection, and not each time. */
export function markPrepared(name: string): RawBuilder<unknown> {
  return sql.raw(`-- prepared: ${name}\n`);
}

const PREPARED = /^-- prepared: (\w+)\n/;

/** Makes a connection prepare the statements that are marked. The driver does so for those that have a name. */
function prepareMarkedStatements(client: pg.PoolClient): void {
  const query = client.query.bind(client) as (statement: unknown, ...rest: unknown[]) => unknown;
  const runQuery = (statement: unknown, ...rest: unknown[]): unknown => {
    const name = typeof statement === 'string' ? PREPARED.exec(statement)?.[1] : undefined;
    return name === undefined ? query(statement, ...rest) : query({ name, text: statement }, ...rest);
  };
  client.query = runQuery as typeof client.query;
}

/** A socket that ends with an error when nothing passes for so long. */
function createSocket(ms: number): Socket {
  const socket = new Socket();
  return socket.setTimeout(ms, () => {
    const gone = new Error(`The database has said nothing for ${ms / 1_000} s`);
    socket.destroy(Object.assign(gone, { code: 'ETIMEDOUT' }));
  });
}

/**
 * Brings a database up to date, over a connection of its own that is not bounded: a large table takes its time, and
 * instances that start together wait for one another.
 */
export async function migrate(databaseUrl: string, migrations: Migrations): Promise<void> {
  const database = open<unknown>(databaseUrl, () => undefined, {});
  try {
    await runMigrations(database, migrations);
  } finally {
    await database.destroy();
  }
}

async function runMigrations(database: Kysely<unknown>, migrations: Migrations): Promise<void> {
  const migrator = new Migrator({
    db: database,
    provider: { getMigrations: () => Promise.resolve({ ...migrations }) },
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

/** The server ended a transaction in which nothing happened for too long. */
const IDLE_TOO_LONG = '25P03';

/** Another transaction held a lock for longer than this one waits for it. */
const LOCK_NOT_AVAILABLE = '55P03';

/** What the driver or the query builder says, without a code, when a connection is lost or cannot be had. */
const CONNECTION_LOST =
  /^(Connection terminated|Client has encountered a connection error|timeout exceeded when trying to connect|Postgres connection has been discarded)/;

/** True when the database (not the request, not this code) is why a query failed: the same request may be sent again. */
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
    code === IDLE_TOO_LONG ||
    code === LOCK_NOT_AVAILABLE
  );
}

/** True when a query failed because another transaction held a lock for too long: the database itself is well. */
export function isLockTimeout(error: Error): boolean {
  return (error as { code?: unknown }).code === LOCK_NOT_AVAILABLE;
}
