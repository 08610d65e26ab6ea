import { afterAll, beforeAll } from '@jest/globals';
import { readConfig } from '@bff/config';
import type { RunningService } from '@bff/service';
import { testContract, createServiceDatabase, customerContract } from '@bff/testing';
import { customerConfig } from './customer.config.js';
import { startCustomer } from './customer.app.js';
import type { CustomerTables } from './customer.tables.js';

let customer: RunningService<CustomerTables>;

beforeAll(async () => {
  const config = readConfig(customerConfig, { ...(await createServiceDatabase('CUSTOMER')), SEED: 'northwind' });
  customer = await startCustomer(config, { port: 0, quiet: true });
});
afterAll(() => customer.close());

testContract({ ...customerContract, url: () => customer.url });
