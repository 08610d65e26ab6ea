import { common, databaseUrl, eventsDatabaseUrl, port } from '@bff/config';
import { z } from 'zod';

/** The configuration of the customer service, from environment variables. */
export const customerConfig = z.object({
  ...common,
  CUSTOMER_PORT: port(4002).describe('Port of the customer service.'),
  CUSTOMER_DATABASE_URL: databaseUrl(),
  EVENTS_DATABASE_URL: eventsDatabaseUrl(),
  SEED: z
    .enum(['northwind', 'none'], { error: 'northwind or none is expected' })
    .default('none')
    .describe('Data that an empty database is filled with at its first start: `northwind` or `none`.'),
});

export type CustomerConfig = z.output<typeof customerConfig>;
