import { CURRENCY, toCents } from '@bff/kernel';
import { readNorthwindCustomer } from '@bff/samples';
import type { NorthwindCustomer } from '@bff/samples';
import type { Kysely } from 'kysely';
import type { CustomerTables } from './customer.tables.js';

const parseCents = (amount: string) => toCents({ amount, currency: CURRENCY });

/** Fills an empty database with Northwind's customers and the payments of their orders, all of them captured. */
export async function seedNorthwind(database: Kysely<CustomerTables>): Promise<void> {
  const seed = readNorthwindCustomer();
  await database.transaction().execute(async (tx) => {
    const first = await tx
      .insertInto('customers')
      .values(seed.customers.map(toCustomerRow))
      .onConflict((conflict) => conflict.doNothing())
      .returning('id')
      .execute();
    if (first.length === 0) return;
    await tx.insertInto('addresses').values(seed.customers.flatMap(toAddressRows)).execute();
    const captured = new Map<string, number>();
    for (const { paymentMethodId, amount } of seed.payments)
      captured.set(paymentMethodId, (captured.get(paymentMethodId) ?? 0) + parseCents(amount));
    await tx
      .insertInto('payment_methods')
      .values(seed.customers.flatMap((customer) => toPaymentMethodRows(customer, captured)))
      .execute();
    await tx.insertInto('payments').values(seed.payments.map(toPaymentRow)).execute();
  });
}

type SeedCustomer = NorthwindCustomer['customers'][number];
type SeedPayment = NorthwindCustomer['payments'][number];

function toCustomerRow({ id, companyName, contactName, contactTitle, phone, status }: SeedCustomer) {
  return { id, company_name: companyName, contact_name: contactName, contact_title: contactTitle, phone, status };
}

function toAddressRows({ id: customerId, addresses }: SeedCustomer) {
  return addresses.map(({ postalCode, ...address }) => ({
    ...address,
    postal_code: postalCode,
    customer_id: customerId,
  }));
}

function toPaymentMethodRows({ id: customerId, paymentMethods }: SeedCustomer, captured: ReadonlyMap<string, number>) {
  return paymentMethods.map(({ id, kind, label, limit }) => ({
    id,
    kind,
    label,
    customer_id: customerId,
    limit_cents: parseCents(limit),
    captured_cents: captured.get(id) ?? 0,
  }));
}

function toPaymentRow({ orderId, customerId, paymentMethodId, amount, capturedAt }: SeedPayment) {
  return {
    order_id: orderId,
    customer_id: customerId,
    payment_method_id: paymentMethodId,
    amount_cents: parseCents(amount),
    state: 'CAPTURED' as const,
    updated_at: new Date(capturedAt),
  };
}
