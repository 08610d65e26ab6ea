import { common, httpUrl, port } from '@bff/config';
import { z } from 'zod';

/** What the mocks read from their environment. */
export const mocksConfig = z.object({
  HOST: common.HOST,
  REQUEST_TIMEOUT_MS: common.REQUEST_TIMEOUT_MS,
  MAX_CONNECTIONS: common.MAX_CONNECTIONS,
  MOCKS_PORT: port(4040).describe('The port of the control API of the mocks, and of its page.'),
  ORDER_PORT: port(4001).describe('The port of the order service.'),
  CUSTOMER_PORT: port(4002).describe('The port of the customer service.'),
  CATALOG_PORT: port(4003).describe('The port of the catalog service.'),
  MOCKS_SEED: z
    .string()
    .default('northwind')
    .describe(
      'What every scope of the mocks begins with: `northwind`, `shop`, `none`, or a JSON file with a seed or stubs.',
    ),
  JWT_SECRET: z
    .string()
    .optional()
    .describe('The secret of the BFF in front of the mocks: with it they hand out tokens.'),
  STACK_FILE: z
    .string()
    .optional()
    .describe('The stack.json of the stack whose orchestrator the fault `kill-orchestrator` kills.'),
  RECORD_FILE: z
    .string()
    .optional()
    .describe('Instead of faking the services, the mocks forward to them and record their answers in this file.'),
  RECORD_AS: z
    .enum(['seed', 'stubs'], { error: 'seed or stubs is expected' })
    .default('seed')
    .describe('What is recorded: the things in the answers, or the answers themselves.'),
  RECORD_ORDER_URL: httpUrl('http://127.0.0.1:4001').describe('The order service that is recorded.'),
  RECORD_CUSTOMER_URL: httpUrl('http://127.0.0.1:4002').describe('The customer service that is recorded.'),
  RECORD_CATALOG_URL: httpUrl('http://127.0.0.1:4003').describe('The catalog service that is recorded.'),
});

export type MocksConfig = z.output<typeof mocksConfig>;
