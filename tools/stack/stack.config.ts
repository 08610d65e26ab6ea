import { common, ConfigError, databaseUrl, eventsDatabaseUrl, port, readConfig } from '@bff/config';
import type { Environment } from '@bff/config';
import { z } from 'zod';

/** The ports of the stack, by the name the code uses and the variable that sets each. */
export const PORT_VARIABLES = {
  bff: 'BFF_PORT',
  order: 'ORDER_PORT',
  customer: 'CUSTOMER_PORT',
  catalog: 'CATALOG_PORT',
  mocks: 'MOCKS_PORT',
  orchestrator: 'ORCHESTRATOR_PORT',
  orchestratorApi: 'ORCHESTRATOR_API_PORT',
  engineIngress: 'ENGINE_INGRESS_PORT',
  engineAdmin: 'ENGINE_ADMIN_PORT',
  engineNode: 'ENGINE_NODE_PORT',
  postgres: 'POSTGRES_PORT',
  bff1: 'BFF_1_PORT',
  bff2: 'BFF_2_PORT',
  orchestrator1: 'ORCHESTRATOR_1_PORT',
  orchestrator2: 'ORCHESTRATOR_2_PORT',
  orchestratorApi1: 'ORCHESTRATOR_1_API_PORT',
  orchestratorApi2: 'ORCHESTRATOR_2_API_PORT',
  engineIngress1: 'ENGINE_1_INGRESS_PORT',
  engineIngress2: 'ENGINE_2_INGRESS_PORT',
  engineIngress3: 'ENGINE_3_INGRESS_PORT',
  engineAdmin1: 'ENGINE_1_ADMIN_PORT',
  engineAdmin2: 'ENGINE_2_ADMIN_PORT',
  engineAdmin3: 'ENGINE_3_ADMIN_PORT',
  engineNode2: 'ENGINE_2_NODE_PORT',
  engineNode3: 'ENGINE_3_NODE_PORT',
  bffInspector: 'BFF_INSPECTOR_PORT',
} as const;

export type PortName = keyof typeof PORT_VARIABLES;
export type Ports = Readonly<Record<PortName, number>>;

const DATABASES = [
  'ORDER_DATABASE_URL',
  'CUSTOMER_DATABASE_URL',
  'CATALOG_DATABASE_URL',
  'ORCHESTRATOR_DATABASE_URL',
  'EVENTS_DATABASE_URL',
] as const;
const issuerUrl = z.url({ protocol: /^https?$/, error: 'an http:// or https:// URL is expected' });

/** What the stack reads from its environment. Every variable has a default that works on a developer's machine. */
export const stackConfig = z
  .object({
    ...common,
    NODE_ENV: common.NODE_ENV.unwrap()
      .default('development')
      .describe(common.NODE_ENV.description ?? ''),
    BFF_PORT: port(4000).describe('Port of the BFF: GraphQL for frontends, the playground and the console.'),
    ORDER_PORT: port(4001).describe('Port of the order service.'),
    CUSTOMER_PORT: port(4002).describe('Port of the customer service.'),
    CATALOG_PORT: port(4003).describe('Port of the catalog service.'),
    MOCKS_PORT: port(4040).describe('Port of the control API of the mocks, which stand in for the services.'),
    ORCHESTRATOR_PORT: port(4010).describe('Port on which the engine calls the orchestrator (HTTP/2).'),
    ORCHESTRATOR_API_PORT: port(4011).describe("Port of the orchestrator's API: sagas and their timelines."),
    ENGINE_INGRESS_PORT: port(4020).describe(
      "Port of the engine's ingress, at which sagas are started. Always bound to 127.0.0.1.",
    ),
    ENGINE_ADMIN_PORT: port(4021).describe('Port of the admin API and UI of the engine. Always bound to 127.0.0.1.'),
    ENGINE_NODE_PORT: port(4022).describe(
      'Port at which the nodes of the engine reach each other. Always bound to 127.0.0.1.',
    ),
    POSTGRES_PORT: port(4030).describe(
      'Port of the PostgreSQL server that the stack starts. Always bound to 127.0.0.1.',
    ),
    BFF_1_PORT: port(4051).describe(
      'With REPLICAS=2: port of the first BFF. BFF_PORT is then the port of the balancer.',
    ),
    BFF_2_PORT: port(4052).describe('With REPLICAS=2: port of the second BFF.'),
    ORCHESTRATOR_1_PORT: port(4053).describe('With REPLICAS=2: port of the first orchestrator.'),
    ORCHESTRATOR_2_PORT: port(4054).describe('With REPLICAS=2: port of the second orchestrator.'),
    ORCHESTRATOR_1_API_PORT: port(4055).describe("With REPLICAS=2: port of the first orchestrator's API."),
    ORCHESTRATOR_2_API_PORT: port(4056).describe("With REPLICAS=2: port of the second orchestrator's API."),
    ENGINE_1_INGRESS_PORT: port(4061).describe(
      'With ENGINE_NODES=3: ingress port of the first node. ENGINE_INGRESS_PORT is then the port of the balancer.',
    ),
    ENGINE_2_INGRESS_PORT: port(4062).describe('With ENGINE_NODES=3: ingress port of the second node.'),
    ENGINE_3_INGRESS_PORT: port(4063).describe('With ENGINE_NODES=3: ingress port of the third node.'),
    ENGINE_1_ADMIN_PORT: port(4064).describe(
      'With ENGINE_NODES=3: admin port of the first node. ENGINE_ADMIN_PORT is then the port of the balancer.',
    ),
    ENGINE_2_ADMIN_PORT: port(4065).describe('With ENGINE_NODES=3: admin port of the second node.'),
    ENGINE_3_ADMIN_PORT: port(4066).describe('With ENGINE_NODES=3: admin port of the third node.'),
    ENGINE_2_NODE_PORT: port(4067).describe('With ENGINE_NODES=3: port at which other nodes reach the second node.'),
    ENGINE_3_NODE_PORT: port(4068).describe('With ENGINE_NODES=3: port at which other nodes reach the third node.'),
    BFF_INSPECTOR_PORT: port(9229).describe(
      'With `npm run dev`: port of the Node.js inspector of the BFF, for a debugger. Always bound to 127.0.0.1.',
    ),
    ENGINE_NODES: z.coerce
      .number({ error: '1 or 3 is expected' })
      .refine((count) => count === 1 || count === 3, '1 or 3 is expected')
      .default(1)
      .describe(
        'Number of engine nodes, 1 or 3. With three, everything is stored twice and the engine survives the loss of one node.',
      ),
    REPLICAS: z.coerce
      .number({ error: '1 or 2 is expected' })
      .refine((count) => count === 1 || count === 2, '1 or 2 is expected')
      .default(1)
      .describe('Number of BFFs and of orchestrators, 1 or 2. Two of each are put behind a round-robin balancer.'),
    DATA_DIR: z
      .string()
      .default('.data')
      .describe('Folder of databases, sagas, logs and secrets, relative to the project root.'),
    ORDER_DATABASE_URL: databaseUrl().optional(),
    CUSTOMER_DATABASE_URL: databaseUrl().optional(),
    CATALOG_DATABASE_URL: databaseUrl().optional(),
    ORCHESTRATOR_DATABASE_URL: databaseUrl().optional(),
    EVENTS_DATABASE_URL: eventsDatabaseUrl().optional(),
    JWT_SECRET: z
      .string()
      .min(32, 'at least 32 characters are expected')
      .optional()
      .describe(
        'Secret that signs tokens (HS256), at least 32 characters. Outside production, a missing secret is generated once and stored in DATA_DIR.',
      ),
    JWT_JWKS_URL: issuerUrl.optional().describe("URL of the token issuer's public keys, instead of JWT_SECRET."),
    SEED: z
      .enum(['northwind', 'none'], { error: 'northwind or none is expected' })
      .default('northwind')
      .describe('Data that empty databases are filled with at their first start: `northwind` or `none`.'),
  })
  .superRefine((config, context) => {
    const missing = DATABASES.filter((name) => config[name] === undefined);
    if (missing.length !== 0 && missing.length !== DATABASES.length)
      for (const name of missing)
        context.addIssue({ code: 'custom', path: [name], message: `set all of ${DATABASES.join(', ')}, or none` });
    if (config.JWT_SECRET && config.JWT_JWKS_URL)
      context.addIssue({ code: 'custom', path: ['JWT_SECRET'], message: 'JWT_JWKS_URL is set, too; one is expected' });
    if (config.NODE_ENV === 'production' && !config.JWT_SECRET && !config.JWT_JWKS_URL)
      context.addIssue({
        code: 'custom',
        path: ['JWT_SECRET'],
        message: 'production needs JWT_SECRET or JWT_JWKS_URL',
      });
  });

export type StackConfig = z.output<typeof stackConfig>;

/** Reads and checks the configuration. Throws ConfigError, one line per wrong variable. */
export function readStackConfig(environment: Environment): StackConfig {
  const config = readConfig(stackConfig, environment);
  const users = Map.groupBy(Object.values(PORT_VARIABLES), (variable) => config[variable]);
  const lines = [...users]
    .filter(([, variables]) => variables.length > 1)
    .map(([number, variables]) => `${variables.join(' and ')} are both ${number}: each needs a port of its own`);
  if (lines.length > 0) throw new ConfigError(lines.join('\n'));
  return config;
}

/** The ports of a configuration, by name. */
export function getPorts(config: StackConfig): Ports {
  const entries = Object.entries(PORT_VARIABLES).map(([name, variable]) => [name, config[variable]] as const);
  // The entries are those of PORT_VARIABLES, so every name is there.
  return Object.fromEntries(entries) as Ports;
}
