import { connect } from 'node:net';
import { join } from 'node:path';
import { ensureDatabases } from './databases.js';
import { ENGINE_HOST, engineBinary, engineEnvironment } from './engine.js';
import type { PortName } from './stack.config.js';
import type { ProcessName, ProcessSpec } from './stack.process.js';
import type { StackSettings } from './stack.settings.js';

/** The topology: every process of the product, what it listens on, what it waits for and how one knows that it works. */
export function topology(settings: StackSettings, mocks: boolean): readonly ProcessSpec[] {
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
    ...(settings.replicas === 1 ? single(settings) : twoOfEach(settings)),
  ];
  return all.filter((spec) => spec !== undefined);
}

/** Whatever an orchestrator needs. */
const GROUND = ['postgres', 'engine', 'catalog', 'customer', 'order', 'mocks'] as const;

function single(settings: StackSettings): readonly ProcessSpec[] {
  const { urls } = settings;
  const ports = ['orchestrator', 'orchestratorApi'] as const;
  return [
    app(settings, 'orchestrator', { ports, after: GROUND, url: urls.orchestratorApi }),
    app(settings, 'bff', { after: ['orchestrator'], url: urls.bff }),
  ];
}

/** Two BFFs and two orchestrators. The addresses that everybody knows are those of the balancer before them. */
function twoOfEach(settings: StackSettings): readonly ProcessSpec[] {
  const { host, ports } = settings;
  const url = (port: PortName) => `http://${host}:${ports[port]}`;
  const orchestrator = (name: ProcessName, port: PortName, api: PortName) =>
    app(settings, name, {
      ...{ script: 'orchestrator', ports: [port, api], after: [...GROUND, 'balancer'], url: url(api) },
      env: { ORCHESTRATOR_PORT: String(ports[port]), ORCHESTRATOR_API_PORT: String(ports[api]) },
    });
  const bff = (name: ProcessName, port: PortName) =>
    app(settings, name, {
      ...{ script: 'bff', ports: [port], after: ['orchestrator', 'orchestrator-2'], url: url(port) },
      env: { BFF_PORT: String(ports[port]) },
    });
  const pair = (front: PortName, ...behind: readonly PortName[]) =>
    [ports[front], ...behind.map((port) => ports[port])].join(',');
  return [
    {
      name: 'balancer',
      ...node(settings, 'tools/balancer.js'),
      env: {
        BALANCED: [pair('bff', 'bff1', 'bff2'), pair('orchestratorApi', 'orchestratorApi1', 'orchestratorApi2')].join(
          ';',
        ),
        BALANCED_HTTP2: pair('orchestrator', 'orchestrator1', 'orchestrator2'),
        HOST: host,
      },
      host,
      ports: ['bff', 'orchestrator', 'orchestratorApi'],
      after: [],
      ready: () => listens(host, ports.orchestrator),
    },
    orchestrator('orchestrator', 'orchestrator1', 'orchestratorApi1'),
    orchestrator('orchestrator-2', 'orchestrator2', 'orchestratorApi2'),
    bff('bff', 'bff1'),
    bff('bff-2', 'bff2'),
  ];
}

interface AppOptions {
  /** The app's folder, when it is not the process's name. */
  readonly script?: string;
  readonly ports?: readonly PortName[];
  readonly after: readonly ProcessName[];
  readonly url: string;
  readonly env?: Readonly<Record<string, string>>;
}

type SingleName = Extract<ProcessName, PortName>;

function app(
  settings: StackSettings,
  name: ProcessName,
  { script = name, ports = [name as SingleName], after, url, env = {} }: AppOptions,
): ProcessSpec {
  const ready = [`${url}/health/ready`];
  const shared = { ...node(settings, `apps/${script}/src/main.js`), host: settings.host, ports, after, ready };
  return { name, ...shared, env: { ...settings.env, ...env } };
}

function node({ root }: StackSettings, script: string): Pick<ProcessSpec, 'command' | 'args'> {
  return { command: process.execPath, args: ['--enable-source-maps', join(root, 'dist', script)] };
}

/** Resolves when somebody listens there. */
function listens(host: string, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    const socket = connect({ host, port }, () => {
      socket.destroy();
      resolve();
    });
    socket.once('error', reject);
  });
}
