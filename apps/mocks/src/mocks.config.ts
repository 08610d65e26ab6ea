import { common, httpUrl, port } from '@bff/config';
import { z } from 'zod';

/** The configuration of the mocks, from environment variables. */
export const mocksConfig = z.object({
  HOST: common.HOST,
  REQUEST_TIMEOUT_MS: common.REQUEST_TIMEOUT_MS,
  MAX_CONNECTIONS: common.MAX_CONNECTIONS,
  MOCKS_PORT: port(4040).describe('Port of the control API of the mocks and of its page.'),
  ORDER_PORT: port(4001).describe('Port of the order service.'),
  CUSTOMER_PORT: port(4002).describe('Port of the customer service.'),
  CATALOG_PORT: port(4003).describe('Port of the catalog service.'),
  MOCKS_SEED: z
    .string()
    .default('northwind')
    .describe(
      'Initial data of every scope of the mocks: `northwind`, `shop`, `none`, or the path of a JSON file with a seed or stubs.',
    ),
  JWT_SECRET: z
    .string()
    .optional()
    .describe('Secret of the BFF in front of the mocks. When set, the mocks issue tokens.'),
  STACK_FILE: z
    .string()
    .optional()
    .describe('Path of the stack.json of the stack whose orchestrator the fault `kill-orchestrator` kills.'),
  RECORD_FILE: z
    .string()
    .optional()
    .describe(
      'Path of a recording. When set, the mocks forward requests to the real services and record their responses in this file.',
    ),
  RECORD_AS: z
    .enum(['seed', 'stubs'], { error: 'seed or stubs is expected' })
    .default('seed')
    .describe('What is recorded: `seed` (the entities of the responses) or `stubs` (the responses themselves).'),
  RECORD_ORDER_URL: httpUrl('http://127.0.0.1:4001').describe('URL of the order service that is recorded.'),
  RECORD_CUSTOMER_URL: httpUrl('http://127.0.0.1:4002').describe('URL of the customer service that is recorded.'),
  RECORD_CATALOG_URL: httpUrl('http://127.0.0.1:4003').describe('URL of the catalog service that is recorded.'),
});

export type MocksConfig = z.output<typeof mocksConfig>;
