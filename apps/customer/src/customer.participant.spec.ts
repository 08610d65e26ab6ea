import { afterAll, beforeAll } from '@jest/globals';
import { readConfig } from '@bff/config';
import type { RunningService } from '@bff/service';
import { createTestDatabase, participantSuite } from '@bff/testing';
import { customerConfig } from './customer.config.js';
import { startCustomer } from './customer.service.js';
import type { CustomerTables } from './customer.tables.js';

let customer: RunningService<CustomerTables>;

beforeAll(async () => {
  const config = readConfig(customerConfig, { CUSTOMER_DATABASE_URL: await createTestDatabase(), SEED: 'northwind' });
  customer = await startCustomer(config, { port: 0, quiet: true });
});
afterAll(() => customer.close());

participantSuite({
  service: 'customer',
  url: () => customer.url,
  ledger: () =>
    customer.database
      .selectFrom('payment_methods')
      .select(['id', 'authorised_cents', 'captured_cents'])
      .orderBy('id')
      .execute(),
  do: {
    operation: 'authorisePayment',
    body: payment('ALFKI-card', '12.34'),
    otherBody: payment('ALFKI-card', '12.35'),
    exists: 'PAYMENT_EXISTS',
  },
  refused: { body: payment('ALFKI-voucher', '5.01'), status: 409, code: 'PAYMENT_DECLINED' },
  undo: { operation: 'voidPayment', tooLate: 'PAYMENT_CAPTURED' },
  forward: { operation: 'capturePayment', missing: 'PAYMENT_MISSING' },
});

function payment(paymentMethodId: string, amount: string): object {
  return { customerId: 'ALFKI', paymentMethodId, amount: { amount, currency: 'USD' } };
}
