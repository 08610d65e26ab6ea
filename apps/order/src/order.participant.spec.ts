import { afterAll, beforeAll } from '@jest/globals';
import { readConfig } from '@bff/config';
import type { RunningService } from '@bff/service';
import { createServiceDatabase, orderParticipant, testParticipant } from '@bff/testing';
import { sql } from 'kysely';
import { orderConfig } from './order.config.js';
import { startOrder } from './order.app.js';
import type { OrderTables } from './order.tables.js';

let order: RunningService<OrderTables>;

beforeAll(async () => {
  const config = readConfig(orderConfig, { ...(await createServiceDatabase('ORDER')) });
  order = await startOrder(config, { port: 0, quiet: true });
});
afterAll(() => order.close());

testParticipant({
  ...orderParticipant,
  url: () => order.url,
  ledger: async () => {
    // An order that was rejected or cancelled is kept, so that the customer sees it; it holds nothing.
    const { rows } = await sql`
      select status, count(*), sum(total_cents), sum((select count(*) from order_lines where order_id = id)) as lines
      from orders where status not in ('REJECTED', 'CANCELLED') group by status order by status`.execute(
      order.database,
    );
    return rows;
  },
});
