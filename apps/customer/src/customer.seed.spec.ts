import { describe, expect, it } from '@jest/globals';
import { readConfig } from '@bff/config';
import { createTestDatabase } from '@bff/testing';
import { sql } from 'kysely';
import { customerConfig } from './customer.config.js';
import { startCustomer } from './customer.app.js';

async function seeded(databaseUrl: string, seed: string) {
  const config = readConfig(customerConfig, {
    CUSTOMER_DATABASE_URL: databaseUrl,
    EVENTS_DATABASE_URL: databaseUrl,
    SEED: seed,
  });
  const customer = await startCustomer(config, { port: 0, quiet: true });
  const { rows } = await sql<Record<string, number>>`
    select (select count(*) from customers) as customers,
           (select count(*) from addresses) as addresses,
           (select count(*) from payment_methods) as methods,
           (select count(*) from payments where state = 'CAPTURED') as captured,
           (select count(*) from payments) as payments`.execute(customer.database);
  return { customer, counts: rows[0] };
}

const northwind = { customers: 91, addresses: 97, methods: 273, captured: 830, payments: 830 };

describe('the seed of the customer service', () => {
  it('is the 91 customers of Northwind and the payments of their 830 orders, and is sown once', async () => {
    const databaseUrl = await createTestDatabase();
    const first = await seeded(databaseUrl, 'northwind');
    expect(first.counts).toEqual(northwind);
    await first.customer.database.updateTable('customers').set({ phone: '1' }).where('id', '=', 'ALFKI').execute();
    await first.customer.close();

    const { customer, counts } = await seeded(databaseUrl, 'northwind');
    expect(counts).toEqual(northwind);
    const alfki = customer.database.selectFrom('customers').select('phone').where('id', '=', 'ALFKI');
    expect(await alfki.executeTakeFirst()).toEqual({ phone: '1' });
    await customer.close();
  });

  it('has captured from every payment method what its payments amount to, of its own customer, within its limit', async () => {
    const { customer } = await seeded(await createTestDatabase(), 'northwind');
    const wrong = await sql`
      select m.id from payment_methods m left join payments p on p.payment_method_id = m.id
      group by m.id having m.captured_cents <> coalesce(sum(p.amount_cents), 0)
        or m.captured_cents > m.limit_cents or m.authorised_cents <> 0
        or count(*) filter (where p.customer_id <> m.customer_id) > 0`.execute(customer.database);
    expect(wrong.rows).toEqual([]);
    await customer.close();
  });

  it('is sown once when two instances start at the same moment', async () => {
    const databaseUrl = await createTestDatabase();
    const both = await Promise.all([seeded(databaseUrl, 'northwind'), seeded(databaseUrl, 'northwind')]);
    expect(both.map(({ counts }) => counts)).toEqual([northwind, northwind]);
    await Promise.all(both.map(({ customer }) => customer.close()));
  });

  it('is left out when it is not asked for', async () => {
    const { customer, counts } = await seeded(await createTestDatabase(), 'none');
    expect(counts).toEqual({ customers: 0, addresses: 0, methods: 0, captured: 0, payments: 0 });
    await customer.close();
  });
});
