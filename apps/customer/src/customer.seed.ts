import { CURRENCY, toCents } from '@bff/kernel';
import { northwindCustomer } from '@bff/samples';
import type { NorthwindCustomer } from '@bff/samples';
import type { Kysely } from 'kysely';
import type { CustomerTables } from './customer.tables.js';

const cents = (amount: string) => toCents({ amount, currency: CURRENCY });

/** Fills an empty database with Northwind's customers, and with the payments of their orders, all of them captured. */
export async function seedNorthwind(database: Kysely<CustomerTables>): Promise<void> {
  const seed = northwindCustomer();
  await database.transaction().execute(async (tx) => {
    const first = await tx
      .insertInto('customers')
      .values(seed.customers.map(customerRow))
      .onConflict((conflict) => conflict.doNothing())
      .returning('id')
      .execute();
    if (first.length === 0) return;
    await tx.insertInto('addresses').values(seed.customers.flatMap(addressRows)).execute();
    const captured = new Map<string, number>();
    for (const { paymentMethodId, amount } of seed.payments)
      captured.set(paymentMethodId, (captured.get(paymentMethodId) ?? 0) + cents(amount));
    await tx
      .insertInto('payment_methods')
      .values(seed.customers.flatMap((customer) => paymentMethodRows(customer, captured)))
      .execute();
    await tx.insertInto('payments').values(seed.payments.map(paymentRow)).execute();
  });
}

type SeedCustomer = NorthwindCustomer['customers'][number];
type SeedPayment = NorthwindCustomer['payments'][number];

function customerRow({ id, companyName, contactName, contactTitle, phone, status }: SeedCustomer) {
  return { id, company_name: companyName, contact_name: contactName, contact_title: contactTitle, phone, status };
}

function addressRows({ id: customerId, addresses }: SeedCustomer) {
  return addresses.map(({ postalCode, ...address }) => ({
    ...address,
    postal_code: postalCode,
    customer_id: customerId,
  }));
}

function paymentMethodRows({ id: customerId, paymentMethods }: SeedCustomer, captured: ReadonlyMap<string, number>) {
  return paymentMethods.map(({ id, kind, label, limit }) => ({
    id,
    kind,
    label,
    customer_id: customerId,
    limit_cents: cents(limit),
    captured_cents: captured.get(id) ?? 0,
  }));
}

function paymentRow({ orderId, customerId, paymentMethodId, amount, capturedAt }: SeedPayment) {
  return {
    order_id: orderId,
    customer_id: customerId,
    payment_method_id: paymentMethodId,
    amount_cents: cents(amount),
    state: 'CAPTURED' as const,
    updated_at: new Date(capturedAt),
  };
}
