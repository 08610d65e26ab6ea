import { startService } from '@bff/service';
import type { RunningService } from '@bff/service';
import type { OrderConfig } from './order.config.js';
import { orderEvents } from './order.events.js';
import { seedNorthwind } from './order.seed.js';
import { orderMigrations } from './order.tables.js';
import type { OrderTables } from './order.tables.js';
import { OrderHistory } from './orders/order-history.js';
import { OrderStore } from './orders/order.store.js';
import { OrdersController } from './orders/orders.controller.js';

/** Starts the order service: orders with their lines and prices, their status, and a customer's order history. */
export function startOrder(
  config: OrderConfig,
  options: { readonly port?: number; readonly quiet?: boolean } = {},
): Promise<RunningService<OrderTables>> {
  return startService<OrderTables>({
    service: 'order',
    host: config.HOST,
    port: options.port ?? config.ORDER_PORT,
    databaseUrl: config.ORDER_DATABASE_URL,
    eventsDatabaseUrl: config.EVENTS_DATABASE_URL,
    emits: orderEvents,
    production: config.NODE_ENV === 'production',
    metricsToken: config.METRICS_TOKEN,
    bounds: config,
    quiet: options.quiet ?? false,
    migrations: orderMigrations,
    ...(config.SEED === 'northwind' && { seed: seedNorthwind }),
    controllers: [OrdersController],
    providers: [OrderStore, OrderHistory],
  });
}
