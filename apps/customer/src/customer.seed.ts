import { readFileSync } from 'node:fs';
import { CURRENCY, toCents } from '@bff/kernel';
import type { Kysely } from 'kysely';
import type { CustomerTables } from './customer.tables.js';

interface Seed {
  readonly customers: readonly {
    readonly id: string;
    readonly companyName: string;
    readonly contactName: string;
    readonly contactTitle: string;
    readonly phone: string;
    readonly status: 'ACTIVE' | 'BLOCKED';
    readonly addresses: readonly {
      readonly id: string;
      readonly label: string;
      readonly recipient: string;
      readonly street: string;
      readonly city: string;
      readonly region: string | null;
      readonly postalCode: string | null;
      readonly country: string;
    }[];
    readonly paymentMethods: readonly {
      readonly id: string;
      readonly kind: 'INVOICE' | 'CARD' | 'VOUCHER';
      readonly label: string;
      readonly limit: string;
    }[];
  }[];
  readonly payments: readonly {
    readonly orderId: string;
    readonly customerId: string;
    readonly paymentMethodId: string;
    readonly amount: string;
    readonly capturedAt: string;
  }[];
}

const cents = (amount: string) => toCents({ amount, currency: CURRENCY });

/** Fills an empty database with Northwind's customers, and with the payments of their orders, all of them captured. */
export async function seedNorthwind(database: Kysely<CustomerTables>): Promise<void> {
  // Our own file; the seed's spec holds it to this shape.
  const seed = JSON.parse(readFileSync(new URL('../seed/northwind.json', import.meta.url), 'utf8')) as Seed;
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

type SeedCustomer = Seed['customers'][number];

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
    ...{ id, kind, label, customer_id: customerId },
    limit_cents: cents(limit),
    captured_cents: captured.get(id) ?? 0,
  }));
}

function paymentRow({ orderId, customerId, paymentMethodId, amount, capturedAt }: Seed['payments'][number]) {
  return {
    order_id: orderId,
    customer_id: customerId,
    payment_method_id: paymentMethodId,
    amount_cents: cents(amount),
    state: 'CAPTURED' as const,
    updated_at: new Date(capturedAt),
  };
}
