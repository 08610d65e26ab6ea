import { accessSync, chmodSync, constants, mkdirSync, statSync } from 'node:fs';
import { resolve } from 'node:path';
import type { Environment } from '@bff/config';
import { buildDatabasePrefix, buildDatabaseUrls } from './databases.js';
import type { DatabaseUrls } from './databases.js';
import { ENGINE_HOST } from './engine.js';
import { findFreePorts } from './ports.js';
import { findProjectRoot } from './project.js';
import { ensureJwtSecret, ensurePostgresPassword } from './secrets.js';
import { PORT_VARIABLES, getPorts, readStackConfig } from './stack.config.js';
import type { Ports, StackConfig } from './stack.config.js';
import { StackError } from './stack.error.js';
import { getStackFile } from './stack.file.js';

/** Options of a stack; the environment and then the defaults provide the others. */
export interface SettingsOptions {
  /** Databases, sagas, logs and secrets; relative to the project root. */
  readonly dataDir?: string;
  /** 'free' takes unused ports, so that stacks can run side by side. */
  readonly ports?: Partial<Ports> | 'free';
  /** More environment for every app; it overrides what the stack passes, such as an address. */
  readonly env?: Readonly<Record<string, string>>;
  /** Number of BFFs and of orchestrators; two of each are put behind a round-robin balancer. */
  readonly replicas?: 1 | 2;
  /** Number of engine nodes; three are a cluster behind a round-robin balancer. */
  readonly engineNodes?: 1 | 3;
  /** For `npm run dev`: the BFF runs from its compiled modules, with a debugger's port. */
  readonly dev?: boolean;
  /** 'embedded', or the URL of a server's admin: the stack then makes its databases there and starts no PostgreSQL. */
  readonly databaseServer?: string;
}

/** Where everything answers. */
export interface StackUrls {
  readonly bff: string;
  readonly graphql: string;
  /** Every BFF by itself. */
  readonly bffs: readonly string[];
  readonly order: string;
  readonly customer: string;
  readonly catalog: string;
  readonly mocks: string;
  readonly orchestrator: string;
  readonly orchestratorApi: string;
  readonly engineIngress: string;
  readonly engineAdmin: string;
  readonly databases: DatabaseUrls;
}

/** All settings of a stack, resolved before it starts. */
export interface StackSettings {
  readonly root: string;
  readonly dataDir: string;
  /** The address that apps bind to. */
  readonly host: string;
  readonly ports: Ports;
  readonly urls: StackUrls;
  /** What every app gets, on top of the environment of the stack itself. */
  readonly env: Readonly<Record<string, string>>;
  readonly databaseServer: DatabaseServer;
  /** How many BFFs and orchestrators there are. */
  readonly replicas: number;
  readonly engineNodes: number;
  readonly dev: boolean;
}

/** The database server: the stack's own, a shared one, or one that is managed elsewhere. */
export type DatabaseServer =
  | { readonly kind: 'embedded'; readonly adminUrl: string }
  | { readonly kind: 'shared'; readonly adminUrl: string; readonly prefix: string }
  | { readonly kind: 'elsewhere' };

/** Resolves all settings of a stack. Creates the data folder, and the secrets in it, when they are missing. */
export async function settle(options: SettingsOptions, environment: Environment): Promise<StackSettings> {
  const given = options.ports === 'free' ? await findFreePorts() : (options.ports ?? {});
  const config = readStackConfig({
    ...environment,
    ...options.env,
    ...Object.fromEntries(
      Object.entries(PORT_VARIABLES).flatMap(([name, variable]) => toPortEntry(given, name, variable)),
    ),
    ...(options.dataDir !== undefined && { DATA_DIR: options.dataDir }),
    ...(options.replicas !== undefined && { REPLICAS: String(options.replicas) }),
    ...(options.engineNodes !== undefined && { ENGINE_NODES: String(options.engineNodes) }),
  });
  const root = findProjectRoot();
  const dataDir = resolve(root, config.DATA_DIR);
  makeFolder(dataDir);
  const ports = getPorts(config);
  const databaseServer = resolveDatabaseServer(config, options.databaseServer, dataDir);
  const urls = buildUrls(config, ports, resolveDatabases(config, databaseServer));
  const secret = ensureJwtSecret(config, dataDir);
  const env = { ...buildEnvironment(config, urls, dataDir), ...(secret !== undefined && { JWT_SECRET: secret }) };
  return {
    root,
    dataDir,
    host: config.HOST,
    ports,
    urls,
    env: { ...env, ...options.env },
    databaseServer,
    replicas: config.REPLICAS,
    engineNodes: config.ENGINE_NODES,
    dev: options.dev ?? false,
  };
}

/** Other users may pass through, because root runs PostgreSQL as another user, but not look around. */
function makeFolder(dataDir: string): void {
  try {
    mkdirSync(dataDir, { recursive: true, mode: 0o711 });
    if (process.getuid?.() === 0) chmodSync(dataDir, statSync(dataDir).mode | 0o011);
    accessSync(dataDir, constants.W_OK);
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new StackError(`DATA_DIR="${dataDir}" cannot be used: ${why}`);
  }
}

function toPortEntry(given: Partial<Ports>, name: string, variable: string): readonly (readonly [string, string])[] {
  // Object.entries widens the names of ports to string.
  const port = given[name as keyof Ports];
  return port === undefined ? [] : [[variable, String(port)]];
}

function resolveDatabaseServer(config: StackConfig, wanted: string | undefined, dataDir: string): DatabaseServer {
  if (wanted !== undefined && wanted !== 'embedded')
    return { kind: 'shared', adminUrl: wanted, prefix: buildDatabasePrefix(dataDir) };
  if (wanted === undefined && config.ORDER_DATABASE_URL !== undefined) return { kind: 'elsewhere' };
  const password = ensurePostgresPassword(dataDir);
  return { kind: 'embedded', adminUrl: `postgres://postgres:${password}@127.0.0.1:${config.POSTGRES_PORT}/postgres` };
}

function resolveDatabases(config: StackConfig, server: DatabaseServer): DatabaseUrls {
  if (server.kind === 'embedded') return buildDatabaseUrls(server.adminUrl);
  if (server.kind === 'shared') return buildDatabaseUrls(server.adminUrl, server.prefix);
  // The configuration has all of them or none.
  const {
    ORDER_DATABASE_URL: order = '',
    CUSTOMER_DATABASE_URL: customer = '',
    CATALOG_DATABASE_URL: catalog = '',
    ORCHESTRATOR_DATABASE_URL: orchestrator = '',
    EVENTS_DATABASE_URL: events = '',
  } = config;
  return { order, customer, catalog, orchestrator, events };
}

function buildUrls(config: StackConfig, ports: Ports, databases: DatabaseUrls): StackUrls {
  const everywhere = config.HOST === '0.0.0.0' || config.HOST === '::';
  const host = everywhere ? '127.0.0.1' : config.HOST.includes(':') ? `[${config.HOST}]` : config.HOST;
  return {
    bff: `http://${host}:${ports.bff}`,
    graphql: `http://${host}:${ports.bff}/graphql`,
    bffs: (config.REPLICAS === 1 ? [ports.bff] : [ports.bff1, ports.bff2]).map((port) => `http://${host}:${port}`),
    order: `http://${host}:${ports.order}`,
    customer: `http://${host}:${ports.customer}`,
    catalog: `http://${host}:${ports.catalog}`,
    mocks: `http://${host}:${ports.mocks}`,
    orchestrator: `http://${host}:${ports.orchestrator}`,
    orchestratorApi: `http://${host}:${ports.orchestratorApi}`,
    engineIngress: `http://${ENGINE_HOST}:${ports.engineIngress}`,
    engineAdmin: `http://${ENGINE_HOST}:${ports.engineAdmin}`,
    databases,
  };
}

/** What every app gets. Each picks its own. */
function buildEnvironment(config: StackConfig, urls: StackUrls, dataDir: string): Readonly<Record<string, string>> {
  return {
    HOST: config.HOST,
    NODE_ENV: config.NODE_ENV,
    SEED: config.SEED,
    DATA_DIR: dataDir,
    STACK_FILE: getStackFile(dataDir),
    ...Object.fromEntries(Object.values(PORT_VARIABLES).map((variable) => [variable, String(config[variable])])),
    ORDER_DATABASE_URL: urls.databases.order,
    CUSTOMER_DATABASE_URL: urls.databases.customer,
    CATALOG_DATABASE_URL: urls.databases.catalog,
    ORCHESTRATOR_DATABASE_URL: urls.databases.orchestrator,
    EVENTS_DATABASE_URL: urls.databases.events,
    ORDER_URL: urls.order,
    CUSTOMER_URL: urls.customer,
    CATALOG_URL: urls.catalog,
    ORCHESTRATOR_URL: urls.orchestrator,
    ORCHESTRATOR_API_URL: urls.orchestratorApi,
    ENGINE_INGRESS_URL: urls.engineIngress,
    ENGINE_ADMIN_URL: urls.engineAdmin,
    ...(config.JWT_JWKS_URL !== undefined && { JWT_JWKS_URL: config.JWT_JWKS_URL }),
  };
}
