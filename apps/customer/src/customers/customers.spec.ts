import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { readConfig } from '@bff/config';
import type { AnswerOf } from '@bff/contracts';
import type { RunningService } from '@bff/service';
import { createServiceDatabase, createServiceCaller } from '@bff/testing';
import { customerConfig } from '../customer.config.js';
import { startCustomer } from '../customer.app.js';
import type { CustomerTables } from '../customer.tables.js';

let customer: RunningService<CustomerTables>;

beforeAll(async () => {
  const config = readConfig(customerConfig, { ...(await createServiceDatabase('CUSTOMER')), SEED: 'northwind' });
  customer = await startCustomer(config, { port: 0, quiet: true });
});
afterAll(() => customer.close());

const call = createServiceCaller('customer', () => customer.url);
const usd = (amount: string) => ({ amount, currency: 'USD' });

describe('customers by id', () => {
  it('come whole, with addresses and payment methods, and leave out unknown ids', async () => {
    const { body } = await call('getCustomers', { query: { ids: 'ALFKI,unknown' } });
    const address = { street: 'Obere Str. 57', city: 'Berlin', region: null, postalCode: '12209', country: 'Germany' };
    expect(body).toEqual({
      items: [
        {
          id: 'ALFKI',
          companyName: 'Alfreds Futterkiste',
          contactName: 'Maria Anders',
          contactTitle: 'Sales Representative',
          phone: '030-0074321',
          status: 'ACTIVE',
          addresses: [{ id: 'ALFKI-1', label: 'Head office', recipient: 'Alfreds Futterkiste', ...address }],
          paymentMethods: [
            {
              id: 'ALFKI-card',
              kind: 'CARD',
              label: 'Visa ending in 4242',
              limit: usd('10000.00'),
              available: usd('10000.00'),
            },
            {
              id: 'ALFKI-invoice',
              kind: 'INVOICE',
              label: 'Invoice, 30 days',
              limit: usd('55000.00'),
              available: usd('50727.00'),
            },
            {
              id: 'ALFKI-voucher',
              kind: 'VOUCHER',
              label: 'Voucher over 5.00',
              limit: usd('5.00'),
              available: usd('5.00'),
            },
          ],
        },
      ],
    });
  });

  it('each bring their own addresses and payment methods', async () => {
    const all = await customer.database.selectFrom('customers').select('id').execute();
    const { body } = await call('getCustomers', { query: { ids: all.map(({ id }) => id).join(',') } });
    const { items } = body as AnswerOf<'customer', 'getCustomers'>;
    expect(items).toHaveLength(91);
    for (const { id, addresses, paymentMethods } of items) {
      const belongings = [...addresses, ...paymentMethods].map((belonging) => belonging.id);
      expect(belongings.filter((belonging) => !belonging.startsWith(`${id}-`))).toEqual([]);
      expect(addresses.length).toBeGreaterThan(0);
      expect(paymentMethods.length).toBeGreaterThan(0);
    }
  });

  it('may be blocked', async () => {
    await customer.database.updateTable('customers').set({ status: 'BLOCKED' }).where('id', '=', 'ANATR').execute();
    const { body } = await call('getCustomers', { query: { ids: 'ANATR' } });
    expect(body).toMatchObject({ items: [{ id: 'ANATR', status: 'BLOCKED' }] });
  });
});
