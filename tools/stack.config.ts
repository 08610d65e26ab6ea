import { common, ConfigError, databaseUrl, port, readConfig } from '@bff/config';
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
} as const;

export type PortName = keyof typeof PORT_VARIABLES;
export type Ports = Readonly<Record<PortName, number>>;

const DATABASES = [
  ...(['ORDER_DATABASE_URL', 'CUSTOMER_DATABASE_URL', 'CATALOG_DATABASE_URL'] as const),
  'ORCHESTRATOR_DATABASE_URL',
] as const;
const issuerUrl = z.url({ protocol: /^https?$/, error: 'an http:// or https:// URL is expected' });

/** What the stack reads from its environment. Every variable has a default that works on a developer's machine. */
export const stackConfig = z
  .object({
    ...common,
    NODE_ENV: common.NODE_ENV.unwrap()
      .default('development')
      .describe(common.NODE_ENV.description ?? ''),
    BFF_PORT: port(4000).describe('The one door for frontends: GraphQL and its playground.'),
    ORDER_PORT: port(4001).describe('The order service.'),
    CUSTOMER_PORT: port(4002).describe('The customer service.'),
    CATALOG_PORT: port(4003).describe('The catalog service.'),
    MOCKS_PORT: port(4040).describe('The control API of the mocks, where they stand in for the services.'),
    ORCHESTRATOR_PORT: port(4010).describe('Where the engine calls the sagas.'),
    ORCHESTRATOR_API_PORT: port(4011).describe('The API of the orchestrator: sagas and their timelines.'),
    ENGINE_INGRESS_PORT: port(4020).describe('Where sagas are started. Always bound to 127.0.0.1.'),
    ENGINE_ADMIN_PORT: port(4021).describe('The admin API and UI of the engine. Always bound to 127.0.0.1.'),
    ENGINE_NODE_PORT: port(4022).describe('The engine, among its nodes. Always bound to 127.0.0.1.'),
    POSTGRES_PORT: port(4030).describe('The PostgreSQL server that the stack starts. Always bound to 127.0.0.1.'),
    BFF_1_PORT: port(4051).describe('With REPLICAS=2, the first BFF; BFF_PORT is the balancer then.'),
    BFF_2_PORT: port(4052).describe('With REPLICAS=2, the second BFF.'),
    ORCHESTRATOR_1_PORT: port(4053).describe('With REPLICAS=2, the first orchestrator.'),
    ORCHESTRATOR_2_PORT: port(4054).describe('With REPLICAS=2, the second orchestrator.'),
    ORCHESTRATOR_1_API_PORT: port(4055).describe('With REPLICAS=2, the API of the first orchestrator.'),
    ORCHESTRATOR_2_API_PORT: port(4056).describe('With REPLICAS=2, the API of the second orchestrator.'),
    ENGINE_1_INGRESS_PORT: port(4061).describe(
      'With ENGINE_NODES=3, the first node; ENGINE_INGRESS_PORT is the balancer.',
    ),
    ENGINE_2_INGRESS_PORT: port(4062).describe('With ENGINE_NODES=3, the second node.'),
    ENGINE_3_INGRESS_PORT: port(4063).describe('With ENGINE_NODES=3, the third node.'),
    ENGINE_1_ADMIN_PORT: port(4064).describe('With ENGINE_NODES=3, the first node; ENGINE_ADMIN_PORT is the balancer.'),
    ENGINE_2_ADMIN_PORT: port(4065).describe('With ENGINE_NODES=3, the second node.'),
    ENGINE_3_ADMIN_PORT: port(4066).describe('With ENGINE_NODES=3, the third node.'),
    ENGINE_2_NODE_PORT: port(4067).describe('With ENGINE_NODES=3, the second node, among the nodes.'),
    ENGINE_3_NODE_PORT: port(4068).describe('With ENGINE_NODES=3, the third node, among the nodes.'),
    ENGINE_NODES: z.coerce
      .number({ error: '1 or 3 is expected' })
      .refine((count) => count === 1 || count === 3, '1 or 3 is expected')
      .default(1)
      .describe('So many nodes of the engine; three keep everything twice, and go on when one of them is gone.'),
    REPLICAS: z.coerce
      .number({ error: '1 or 2 is expected' })
      .refine((count) => count === 1 || count === 2, '1 or 2 is expected')
      .default(1)
      .describe('So many BFFs and orchestrators; two of each stand behind a round robin.'),
    DATA_DIR: z.string().default('.data').describe('Databases, sagas, logs and secrets; relative to the project root.'),
    ORDER_DATABASE_URL: databaseUrl().optional(),
    CUSTOMER_DATABASE_URL: databaseUrl().optional(),
    CATALOG_DATABASE_URL: databaseUrl().optional(),
    ORCHESTRATOR_DATABASE_URL: databaseUrl().optional(),
    JWT_SECRET: z
      .string()
      .min(32, 'at least 32 characters are expected')
      .optional()
      .describe(
        'Signs and checks tokens (HS256). Made once and kept in DATA_DIR when not set, but never in production.',
      ),
    JWT_JWKS_URL: issuerUrl.optional().describe("The issuer's public keys, instead of JWT_SECRET."),
    SEED: z
      .enum(['northwind', 'none'], { error: 'northwind or none is expected' })
      .default('northwind')
      .describe('What empty databases are filled with at their first start.'),
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

/** Reads and checks the configuration. Throws ConfigError, one line per trouble. */
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
export function portsOf(config: StackConfig): Ports {
  const entries = Object.entries(PORT_VARIABLES).map(([name, variable]) => [name, config[variable]] as const);
  // The entries are those of PORT_VARIABLES, so every name is there.
  return Object.fromEntries(entries) as Ports;
}
