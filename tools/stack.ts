import { join } from 'node:path';
import { ensureDatabases } from './databases.js';
import { ENGINE_HOST, engineBinary, engineEnvironment } from './engine.js';
import type { PortName } from './stack.config.js';
import { StackError } from './stack.error.js';
import { createRecordedRunner, prepare } from './stack.folder.js';
import type { Ending, ProcessName, ProcessSpec } from './stack.process.js';
import type { StackEvent } from './stack.runner.js';
import { settle } from './stack.settings.js';
import type { SettingsOptions, StackSettings, StackUrls } from './stack.settings.js';

/** The topology: every process of the product, what it listens on, what it waits for and how one knows that it works. */
function topology(settings: StackSettings, mocks: boolean): readonly ProcessSpec[] {
  const { dataDir, ports, urls, databaseServer: server } = settings;
  const all: readonly (ProcessSpec | undefined)[] = [
    server.kind === 'embedded'
      ? {
          name: 'postgres',
          ...node(settings, 'tools/postgres.js'),
          env: { DATA_DIR: dataDir, POSTGRES_PORT: String(ports.postgres) },
          host: '127.0.0.1',
          ports: ['postgres'],
          after: [],
          ready: () => ensureDatabases(server.adminUrl),
        }
      : undefined,
    {
      name: 'engine',
      command: engineBinary(),
      args: ['--no-logo'],
      env: engineEnvironment(dataDir, ports),
      host: ENGINE_HOST,
      ports: ['engineIngress', 'engineAdmin', 'engineNode'],
      after: [],
      ready: [`${urls.engineAdmin}/health`, `${urls.engineIngress}/restate/health`],
    },
    ...(mocks
      ? [app(settings, 'mocks', { ports: ['order', 'customer', 'catalog', 'mocks'], after: [], url: urls.mocks })]
      : [
          app(settings, 'catalog', { after: ['postgres'], url: urls.catalog }),
          app(settings, 'customer', { after: ['postgres'], url: urls.customer }),
          app(settings, 'order', { after: ['postgres'], url: urls.order }),
        ]),
    app(settings, 'orchestrator', {
      ports: ['orchestrator', 'orchestratorApi'],
      after: ['postgres', 'engine', 'catalog', 'customer', 'order', 'mocks'],
      url: urls.orchestratorApi,
    }),
    app(settings, 'bff', { after: ['orchestrator'], url: urls.bff }),
  ];
  return all.filter((spec) => spec !== undefined);
}

type AppName = Exclude<ProcessName, 'postgres' | 'engine'>;

interface AppOptions {
  readonly ports?: readonly PortName[];
  readonly after: readonly ProcessName[];
  readonly url: string;
}

function app(settings: StackSettings, name: AppName, { ports = [name], after, url }: AppOptions): ProcessSpec {
  const { host, env } = settings;
  const ready = [`${url}/health/ready`];
  return { name, ...node(settings, `apps/${name}/src/main.js`), env, host, ports, after, ready };
}

function node({ root }: StackSettings, script: string): Pick<ProcessSpec, 'command' | 'args'> {
  return { command: process.execPath, args: ['--enable-source-maps', join(root, 'dist', script)] };
}

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
  /** When it aborts, every process is killed at once. */
  readonly killOn?: AbortSignal;
}

/** A running stack. */
export interface Stack {
  readonly urls: StackUrls;
  readonly dataDir: string;
  readonly logDir: string;
  /** What every app gets, on top of the environment of the stack itself. It holds secrets. */
  readonly env: Readonly<Record<string, string>>;
  /** Undefined when the process does not run. */
  pid(name: ProcessName): number | undefined;
  /** Resolves when the process has ended; at once for SIGSTOP and SIGCONT. SIGKILL is the default. */
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
 * restarted by itself: onEvent tells when a process dies. Throws StackError or ConfigError, whose messages are for the
 * user; whatever was started by then has been stopped again.
 */
export async function startStack(options: StackOptions = {}): Promise<Stack> {
  const { onEvent = () => undefined } = options;
  const settings = await settle(options, process.env);
  const specs = topology(settings, options.mocks ?? false).filter(
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
  const { urls, dataDir, env } = settings;
  return {
    ...{ urls, dataDir, env, logDir: join(dataDir, 'logs') },
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
    throw new StackError(`The database server at ${host} cannot be used: ${messageOf(error)}`);
  }
}

/** A refused connection is an AggregateError without a message of its own. */
function messageOf(error: unknown): string {
  if (error instanceof AggregateError) return error.errors.map(messageOf).join(', ');
  return error instanceof Error ? error.message : String(error);
}
