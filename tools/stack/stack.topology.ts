import { connect } from 'node:net';
import { join } from 'node:path';
import { SERVICES } from '@bff/contracts';
import { BFF_SCRIPT, BFF_START } from './bff-start.js';
import { ensureDatabases } from './databases.js';
import { configureClusterNode, ENGINE_HOST, findEngineBinary, configureSingleNode } from './engine.js';
import type { NodePorts } from './engine.js';
import type { PortName } from './stack.config.js';
import type { ProcessName, ProcessSpec } from './stack.process.js';
import type { StackSettings } from './stack.settings.js';

/** The topology: every process of the product, what it listens on, what it waits for and how its readiness is checked. */
export function buildTopology(settings: StackSettings, mocks: boolean): readonly ProcessSpec[] {
  const { dataDir, ports, urls, databaseServer: server } = settings;
  const all: readonly (ProcessSpec | undefined)[] = [
    server.kind === 'embedded'
      ? {
          name: 'postgres',
          ...buildNodeCommand(settings, 'tools/stack/postgres.js'),
          env: { DATA_DIR: dataDir, POSTGRES_PORT: String(ports.postgres) },
          host: '127.0.0.1',
          ports: ['postgres'],
          after: [],
          ready: () => ensureDatabases(server.adminUrl),
        }
      : undefined,
    ...(settings.engineNodes === 1 ? buildSingleEngine(settings) : buildEngineCluster(settings)),
    buildBalancer(settings),
    ...(mocks
      ? [buildApp(settings, 'mocks', { ports: [...SERVICES, 'mocks'], after: [], url: urls.mocks })]
      : SERVICES.map((name) => buildApp(settings, name, { after: ['postgres'], url: urls[name] }))),
    ...(settings.replicas === 1 ? buildSingleApps(settings) : buildReplicas(settings)),
  ];
  return all.filter((spec) => spec !== undefined);
}

type EnginePorts = readonly [ingress: PortName, admin: PortName, node: PortName];

function buildSingleEngine(settings: StackSettings): readonly ProcessSpec[] {
  const ports = ['engineIngress', 'engineAdmin', 'engineNode'] as const;
  return [buildEngine('engine', ports, settings, configureSingleNode(settings.dataDir, getNodePorts(settings, ports)))];
}

const NODES = [
  ['engine', ['engineIngress1', 'engineAdmin1', 'engineNode']],
  ['engine-2', ['engineIngress2', 'engineAdmin2', 'engineNode2']],
  ['engine-3', ['engineIngress3', 'engineAdmin3', 'engineNode3']],
] as const satisfies readonly (readonly [ProcessName, EnginePorts])[];

/** Three nodes. The addresses that clients use are those of the balancer before them. */
function buildEngineCluster(settings: StackSettings): readonly ProcessSpec[] {
  const [first, ...others] = NODES.map(([, ports]) => getNodePorts(settings, ports));
  if (!first) throw new Error('A cluster has nodes');
  return NODES.map(([name, ports], nth) =>
    buildEngine(name, ports, settings, configureClusterNode(settings.dataDir, [first, ...others], nth)),
  );
}

function buildEngine(
  name: ProcessName,
  names: EnginePorts,
  settings: StackSettings,
  env: Readonly<Record<string, string>>,
): ProcessSpec {
  const { ingress, admin } = getNodePorts(settings, names);
  const ready = [`http://${ENGINE_HOST}:${admin}/health`, `http://${ENGINE_HOST}:${ingress}/restate/health`];
  return {
    name,
    command: findEngineBinary(),
    args: ['--no-logo'],
    env,
    host: ENGINE_HOST,
    ports: names,
    after: [],
    ready,
  };
}

function getNodePorts({ ports }: StackSettings, [ingress, admin, node]: EnginePorts): NodePorts {
  return { ingress: ports[ingress], admin: ports[admin], node: ports[node] };
}

/** The processes that an orchestrator waits for. */
const GROUND: readonly ProcessName[] = ['postgres', 'engine', 'engine-2', 'engine-3', 'balancer', ...SERVICES, 'mocks'];

function buildSingleApps(settings: StackSettings): readonly ProcessSpec[] {
  const { urls } = settings;
  const ports = ['orchestrator', 'orchestratorApi'] as const;
  return [
    buildApp(settings, 'orchestrator', { ports, after: GROUND, url: urls.orchestratorApi }),
    buildApp(settings, 'bff', { after: ['orchestrator'], url: urls.bff }),
  ];
}

/** Two BFFs and two orchestrators. The addresses that clients use are those of the balancer before them. */
function buildReplicas(settings: StackSettings): readonly ProcessSpec[] {
  const { host, ports } = settings;
  const buildUrl = (port: PortName) => `http://${host}:${ports[port]}`;
  const buildOrchestrator = (name: ProcessName, port: PortName, api: PortName) =>
    buildApp(settings, name, {
      script: 'orchestrator',
      ports: [port, api],
      after: GROUND,
      url: buildUrl(api),
      env: { ORCHESTRATOR_PORT: String(ports[port]), ORCHESTRATOR_API_PORT: String(ports[api]) },
    });
  const buildBff = (name: ProcessName, port: PortName) =>
    buildApp(settings, name, {
      script: 'bff',
      ports: [port],
      after: ['orchestrator', 'orchestrator-2'],
      url: buildUrl(port),
      env: { BFF_PORT: String(ports[port]) },
    });
  return [
    buildOrchestrator('orchestrator', 'orchestrator1', 'orchestratorApi1'),
    buildOrchestrator('orchestrator-2', 'orchestrator2', 'orchestratorApi2'),
    buildBff('bff', 'bff1'),
    buildBff('bff-2', 'bff2'),
  ];
}

type Group = readonly [front: PortName, ...behind: PortName[]];

/** The balancer before everything with replicas; undefined without replicas. */
function buildBalancer(settings: StackSettings): ProcessSpec | undefined {
  const { host, ports, replicas, engineNodes } = settings;
  const apps: readonly Group[] = [
    ['bff', 'bff1', 'bff2'],
    ['orchestratorApi', 'orchestratorApi1', 'orchestratorApi2'],
  ];
  const workers: readonly Group[] = [['orchestrator', 'orchestrator1', 'orchestrator2']];
  const engines: readonly Group[] = [
    ['engineIngress', 'engineIngress1', 'engineIngress2', 'engineIngress3'],
    ['engineAdmin', 'engineAdmin1', 'engineAdmin2', 'engineAdmin3'],
  ];
  const balanced = {
    BALANCED: replicas === 1 ? [] : apps,
    BALANCED_HTTP2: replicas === 1 ? [] : workers,
    BALANCED_LOCAL: engineNodes === 1 ? [] : engines,
  };
  const fronts = Object.values(balanced).flatMap((groups) => groups.map(([front]) => front));
  if (fronts.length === 0) return undefined;
  const formatPorts = (groups: readonly Group[]) =>
    groups.map((names) => names.map((name) => ports[name]).join(',')).join(';');
  return {
    name: 'balancer',
    ...buildNodeCommand(settings, 'tools/stack/balancer.js'),
    env: {
      ...Object.fromEntries(Object.entries(balanced).map(([name, groups]) => [name, formatPorts(groups)])),
      HOST: host,
    },
    host,
    ports: fronts,
    after: [],
    ready: async () => {
      await Promise.all(
        fronts.map((front) =>
          checkListening(engines.some(([one]) => one === front) ? ENGINE_HOST : host, ports[front]),
        ),
      );
    },
  };
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

function buildApp(
  settings: StackSettings,
  name: ProcessName,
  { script = name, ports = [name as SingleName], after, url, env = {} }: AppOptions,
): ProcessSpec {
  const ready = [`${url}/health/ready`];
  const isBff = script === 'bff';
  const isBundled = isBff && !settings.dev;
  const options = isBundled ? BFF_START.options : name === 'bff' ? buildInspectorOptions(settings) : [];
  return {
    name,
    ...buildNodeCommand(settings, isBundled ? BFF_SCRIPT : `apps/${script}/src/main.js`, ...options),
    host: settings.host,
    ports,
    after,
    ready,
    env: {
      ...(isBundled && BFF_START.env),
      // A process that is restarted reads most of its code compiled.
      ...(settings.dev && { NODE_COMPILE_CACHE: join(settings.dataDir, 'compile-cache') }),
      ...settings.env,
      ...env,
    },
  };
}

/** Only the first BFF is debugged: two processes cannot share the port of an inspector. */
function buildInspectorOptions({ ports }: StackSettings): readonly string[] {
  return [`--inspect=127.0.0.1:${ports.bffInspector}`];
}

function buildNodeCommand(
  { root }: StackSettings,
  script: string,
  ...options: readonly string[]
): Pick<ProcessSpec, 'command' | 'args'> {
  return { command: process.execPath, args: ['--enable-source-maps', ...options, join(root, 'dist', script)] };
}

/** Resolves when a process listens there. */
function checkListening(host: string, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    const socket = connect({ host, port }, () => {
      socket.destroy();
      resolve();
    });
    socket.once('error', reject);
  });
}
