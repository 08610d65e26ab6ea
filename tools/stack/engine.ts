import { createRequire } from 'node:module';
import { join } from 'node:path';
import { StackError } from './stack.error.js';

/** The engine and its admin API have no authentication, so they are reachable from this machine alone, whatever HOST says. */
export const ENGINE_HOST = '127.0.0.1';

/**
 * The engine's own executable. The package's JavaScript wrapper is bypassed: a kill -9 would hit the wrapper and leave the
 * engine running. Throws StackError when the package for this platform is not installed.
 */
export function findEngineBinary(): string {
  const name = `@restatedev/restate-server-${process.platform}-${process.arch}`;
  try {
    const wrapper = createRequire(import.meta.url).resolve('@restatedev/restate-server/package.json');
    return createRequire(wrapper).resolve(`${name}/bin/restate-server`);
  } catch {
    throw new StackError(
      `The engine is not installed: ${name} is missing. Run npm ci with optional packages; the engine exists for Linux and macOS on x64 and arm64.`,
    );
  }
}

/** Folder of temporary files of a stack's processes. Emptied at each start. */
export function getTemporaryFolder(dataDir: string): string {
  return join(dataDir, 'engine-tmp');
}

/** The ports of a node: where sagas are started, where it is administered, and where the other nodes find it. */
export interface NodePorts {
  readonly ingress: number;
  readonly admin: number;
  readonly node: number;
}

/** The engine as one node. Its data lie below dataDir. */
export function configureSingleNode(dataDir: string, ports: NodePorts): Readonly<Record<string, string>> {
  return {
    RESTATE_CLUSTER_NAME: 'bff',
    // The data belong to a node name. By default it is the host's, and a renamed host would find no data.
    RESTATE_NODE_NAME: 'engine',
    RESTATE_BASE_DIR: join(dataDir, 'engine'),
    ...configureNode(dataDir, ports),
  };
}

/**
 * The engine as one node of a cluster, the `nth` of all whose ports are given. Everything is replicated to two nodes, so
 * that any one may be down. Its data lie below dataDir, apart from those of a single node.
 */
export function configureClusterNode(
  dataDir: string,
  nodes: readonly [NodePorts, ...NodePorts[]],
  nth: number,
): Readonly<Record<string, string>> {
  const addresses = nodes.map(({ node }) => `http://${ENGINE_HOST}:${node}/`);
  return {
    RESTATE_CLUSTER_NAME: 'bff-cluster',
    RESTATE_NODE_NAME: `engine-${nth + 1}`,
    RESTATE_BASE_DIR: join(dataDir, 'engine-cluster'),
    RESTATE_DEFAULT_REPLICATION: '2',
    RESTATE_METADATA_CLIENT__ADDRESSES: JSON.stringify(addresses),
    // One of them founds the cluster, once; the others join it.
    RESTATE_AUTO_PROVISION: String(nth === 0),
    ...configureNode(dataDir, nodes[nth] ?? nodes[0]),
  };
}

/** Settings of every node, small enough for a laptop. */
function configureNode(dataDir: string, ports: NodePorts): Readonly<Record<string, string>> {
  return {
    // The engine creates folders there, and leaves them behind when it is killed.
    TMPDIR: getTemporaryFolder(dataDir),
    RESTATE_DISABLE_TELEMETRY: 'true',
    RESTATE_LOG_FORMAT: 'compact',
    RESTATE_LOG_DISABLE_ANSI_CODES: 'true',
    // octocrab looks for Kubernetes at every start, and logs an error when it finds none.
    RESTATE_LOG_FILTER: 'warn,restate=info,octocrab=off',
    // Unix sockets would lie in the data folder, whose path may be longer than a socket's may be.
    RESTATE_LISTEN_MODE: 'tcp',
    ...listen('RESTATE_', ports.node),
    ...listen('RESTATE_INGRESS__', ports.ingress),
    ...listen('RESTATE_ADMIN__', ports.admin),
    RESTATE_SHUTDOWN_TIMEOUT: '4s',
    ...FOOTPRINT,
    ...ENDURANCE,
  };
}

/** The defaults are 24 partitions and about 6 GiB of budgets. With these one node holds about 160 MB. */
const FOOTPRINT = {
  RESTATE_DEFAULT_NUM_PARTITIONS: '4',
  RESTATE_ROCKSDB_TOTAL_MEMORY_SIZE: '256MB',
  RESTATE_BIFROST__RECORD_CACHE_MEMORY_SIZE: '32MB',
  RESTATE_ADMIN__QUERY_ENGINE__MEMORY_SIZE: '256MB',
  RESTATE_WORKER__DATA_SERVICE_MEMORY_LIMIT: '64MB',
  RESTATE_WORKER__INVOKER__MEMORY_LIMIT: '512MB',
} as const;

/** A saga is retried until its worker is back, however long that takes, and is never killed: a kill skips the undo. */
const ENDURANCE = {
  // The first interval is how soon a saga continues after its worker died, the last how soon after a long outage.
  RESTATE_DEFAULT_RETRY_POLICY__INITIAL_INTERVAL: '20ms',
  RESTATE_DEFAULT_RETRY_POLICY__MAX_INTERVAL: '2s',
  RESTATE_DEFAULT_RETRY_POLICY__MAX_ATTEMPTS: 'unlimited',
  RESTATE_DEFAULT_RETRY_POLICY__ON_MAX_ATTEMPTS: 'pause',
  // A worker that hangs without dying is noticed after the sum of the two; the default is a minute.
  RESTATE_WORKER__INVOKER__HTTP2_KEEP_ALIVE_INTERVAL: '5s',
  RESTATE_WORKER__INVOKER__HTTP2_KEEP_ALIVE_TIMEOUT: '5s',
  RESTATE_WORKER__INVOKER__CONNECT_TIMEOUT: '2s',
  // After a day, the default, a repeated order would be a new order.
  RESTATE_DEFAULT_WORKFLOW_COMPLETION_RETENTION: '30d',
  RESTATE_DEFAULT_JOURNAL_RETENTION: '30d',
  RESTATE_DEFAULT_IDEMPOTENCY_RETENTION: '30d',
} as const;

function listen(prefix: string, port: number): Readonly<Record<string, string>> {
  return {
    [`${prefix}BIND_ADDRESS`]: `${ENGINE_HOST}:${port}`,
    [`${prefix}ADVERTISED_ADDRESS`]: `http://${ENGINE_HOST}:${port}/`,
  };
}
