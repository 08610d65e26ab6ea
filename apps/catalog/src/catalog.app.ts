import { startService } from '@bff/service';
import type { RunningService } from '@bff/service';
import type { CatalogConfig } from './catalog.config.js';
import { catalogEvents } from './catalog.events.js';
import { seedNorthwind } from './catalog.seed.js';
import { catalogMigrations } from './catalog.tables.js';
import type { CatalogTables } from './catalog.tables.js';
import { ProductStore } from './products/product.store.js';
import { ProductsController } from './products/products.controller.js';
import { RESERVATION_TTL_MS, ReservationExpiry } from './reservations/reservation-expiry.js';
import { ReservationStore } from './reservations/reservation.store.js';
import { ReservationsController } from './reservations/reservations.controller.js';

/** Starts the catalog service: products, their stock, and the reservations of orders. */
export function startCatalog(
  config: CatalogConfig,
  options: { readonly port?: number; readonly quiet?: boolean } = {},
): Promise<RunningService<CatalogTables>> {
  return startService<CatalogTables>({
    service: 'catalog',
    host: config.HOST,
    port: options.port ?? config.CATALOG_PORT,
    databaseUrl: config.CATALOG_DATABASE_URL,
    eventsDatabaseUrl: config.EVENTS_DATABASE_URL,
    emits: catalogEvents,
    production: config.NODE_ENV === 'production',
    metricsToken: config.METRICS_TOKEN,
    bounds: config,
    quiet: options.quiet ?? false,
    migrations: catalogMigrations,
    ...(config.SEED === 'northwind' && { seed: seedNorthwind }),
    controllers: [ProductsController, ReservationsController],
    providers: [
      ProductStore,
      ReservationStore,
      ReservationExpiry,
      { provide: RESERVATION_TTL_MS, useValue: config.RESERVATION_TTL_MS },
    ],
  });
}
