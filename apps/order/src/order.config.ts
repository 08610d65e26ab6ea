import { common, databaseUrl, eventsDatabaseUrl, port } from '@bff/config';
import { z } from 'zod';

/** The configuration of the order service, from environment variables. */
export const orderConfig = z.object({
  ...common,
  ORDER_PORT: port(4001).describe('Port of the order service.'),
  ORDER_DATABASE_URL: databaseUrl(),
  EVENTS_DATABASE_URL: eventsDatabaseUrl(),
  SEED: z
    .enum(['northwind', 'none'], { error: 'northwind or none is expected' })
    .default('none')
    .describe('Data that an empty database is filled with at its first start: `northwind` or `none`.'),
});

export type OrderConfig = z.output<typeof orderConfig>;
