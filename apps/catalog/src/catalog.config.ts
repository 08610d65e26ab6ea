import { common, databaseUrl, eventsDatabaseUrl, milliseconds, port } from '@bff/config';
import { z } from 'zod';

/** The configuration of the catalog service, from environment variables. */
export const catalogConfig = z.object({
  ...common,
  CATALOG_PORT: port(4003).describe('Port of the catalog service.'),
  CATALOG_DATABASE_URL: databaseUrl(),
  EVENTS_DATABASE_URL: eventsDatabaseUrl(),
  SEED: z
    .enum(['northwind', 'none'], { error: 'northwind or none is expected' })
    .default('none')
    .describe('Data that an empty database is filled with at its first start: `northwind` or `none`.'),
  RESERVATION_TTL_MS: milliseconds(900_000, { min: 60_000, max: 86_400_000 }).describe(
    'Time after which the reserved stock of an unfinished order is released, in milliseconds. Set it much longer than an order takes.',
  ),
});

export type CatalogConfig = z.output<typeof catalogConfig>;
