import { startService } from '@bff/service';
import type { RunningService } from '@bff/service';
import type { CustomerConfig } from './customer.config.js';
import { customerEvents } from './customer.events.js';
import { seedNorthwind } from './customer.seed.js';
import { customerMigrations } from './customer.tables.js';
import type { CustomerTables } from './customer.tables.js';
import { CustomerStore } from './customers/customer.store.js';
import { CustomersController } from './customers/customers.controller.js';
import { PaymentStore } from './payments/payment.store.js';
import { PaymentsController } from './payments/payments.controller.js';

/** Starts the customer service: customers, their payment methods, and the payments of orders. */
export function startCustomer(
  config: CustomerConfig,
  options: { readonly port?: number; readonly quiet?: boolean } = {},
): Promise<RunningService<CustomerTables>> {
  return startService<CustomerTables>({
    service: 'customer',
    host: config.HOST,
    port: options.port ?? config.CUSTOMER_PORT,
    databaseUrl: config.CUSTOMER_DATABASE_URL,
    eventsDatabaseUrl: config.EVENTS_DATABASE_URL,
    emits: customerEvents,
    production: config.NODE_ENV === 'production',
    metricsToken: config.METRICS_TOKEN,
    bounds: config,
    quiet: options.quiet ?? false,
    migrations: customerMigrations,
    ...(config.SEED === 'northwind' && { seed: seedNorthwind }),
    controllers: [CustomersController, PaymentsController],
    providers: [CustomerStore, PaymentStore],
  });
}
