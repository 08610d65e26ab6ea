import { join } from 'node:path';
import { ensureDatabases } from './databases.js';
import { StackError } from './stack.error.js';
import { createRecordedRunner, prepare } from './stack.folder.js';
import type { Ending, ProcessName } from './stack.process.js';
import type { Ports } from './stack.config.js';
import type { StackEvent } from './stack.runner.js';
import { settle } from './stack.settings.js';
import type { SettingsOptions, StackSettings, StackUrls } from './stack.settings.js';
import { buildTopology } from './stack.topology.js';

/** How a stack is started. */
export interface StackOptions extends SettingsOptions {
  /** The mocks stand in for the services and their databases. */
  readonly mocks?: boolean;
  /** Only these processes. */
  readonly only?: readonly ProcessName[];
  /** All but these. */
  readonly without?: readonly ProcessName[];
  readonly onEvent?: (event: StackEvent) => void;
  /** When it aborts, the stack stops in good order, even while it starts. */
  readonly stopOn?: AbortSignal;
  /** When it aborts, every process is killed immediately. */
  readonly killOn?: AbortSignal;
}

/** A running stack. */
export interface Stack {
  readonly urls: StackUrls;
  readonly dataDir: string;
  readonly logDir: string;
  /** What every app gets, on top of the environment of the stack itself. It holds secrets. */
  readonly env: Readonly<Record<string, string>>;
  readonly ports: Ports;
  /** True when the process belongs to this stack, whether it runs or not. */
  has(name: ProcessName): boolean;
  /** Undefined when the process does not run. */
  pid(name: ProcessName): number | undefined;
  /** Resolves when the process has ended; immediately for SIGSTOP and SIGCONT. SIGKILL is the default. */
  kill(name: ProcessName, signal?: NodeJS.Signals): Promise<void>;
  /** Starts a process that has ended again, as it was, and resolves when it is ready. */
  start(name: ProcessName): Promise<void>;
  /** Resolves when the last run of a process has ended, with how. */
  ended(name: ProcessName): Promise<Ending>;
  /** Stops what runs, in reverse order. */
  stop(): Promise<void>;
}

/**
 * Starts the product's processes, each as soon as what it waits for is ready, and resolves when all are. Nothing is
 * restarted by itself: onEvent reports when a process dies. Throws StackError or ConfigError, whose messages are for the
 * user; whatever was started by then has been stopped again.
 */
export async function startStack(options: StackOptions = {}): Promise<Stack> {
  const { onEvent = () => undefined } = options;
  const settings = await settle(options, process.env);
  const specs = buildTopology(settings, options.mocks ?? false).filter(
    ({ name }) => (options.only?.includes(name) ?? true) && !options.without?.includes(name),
  );
  await prepare(settings, specs, onEvent);
  await makeSharedDatabases(settings);
  const runner = createRecordedRunner(settings, specs, onEvent);
  options.stopOn?.addEventListener('abort', () => void runner.stop());
  options.killOn?.addEventListener('abort', () => runner.killAll());
  try {
    options.stopOn?.throwIfAborted();
    await runner.startAll();
  } catch (error) {
    await runner.stop();
    throw options.stopOn?.aborted ? new StackError('The stack was stopped while it started.') : error;
  }
  const { urls, dataDir, env, ports } = settings;
  return {
    urls,
    dataDir,
    env,
    ports,
    logDir: join(dataDir, 'logs'),
    has: (name) => specs.some((spec) => spec.name === name),
    pid: (name) => runner.live(name)?.pid,
    kill: (name, signal = 'SIGKILL') => runner.kill(name, signal),
    start: runner.start,
    ended: runner.ended,
    stop: runner.stop,
  };
}

async function makeSharedDatabases({ databaseServer }: StackSettings): Promise<void> {
  if (databaseServer.kind !== 'shared') return;
  const { adminUrl, prefix } = databaseServer;
  try {
    await ensureDatabases(adminUrl, prefix);
  } catch (error) {
    const { host } = new URL(adminUrl);
    throw new StackError(`The database server at ${host} cannot be used: ${toMessage(error)}`);
  }
}

/** A refused connection is an AggregateError without a message of its own. */
function toMessage(error: unknown): string {
  if (error instanceof AggregateError) return error.errors.map(toMessage).join(', ');
  return error instanceof Error ? error.message : String(error);
}
