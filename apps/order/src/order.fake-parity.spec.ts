import { afterAll, beforeAll } from '@jest/globals';
import { readConfig } from '@bff/config';
import type { RunningService } from '@bff/service';
import { createServiceDatabase, testFakeParity, orderContract, listOrderReads } from '@bff/testing';
import { orderConfig } from './order.config.js';
import { startOrder } from './order.app.js';
import type { OrderTables } from './order.tables.js';

let order: RunningService<OrderTables>;

beforeAll(async () => {
  const config = readConfig(orderConfig, { ...(await createServiceDatabase('ORDER')), SEED: 'northwind' });
  order = await startOrder(config, { port: 0, quiet: true });
});
afterAll(() => order.close());

testFakeParity({ ...orderContract, url: () => order.url, reads: listOrderReads() });
