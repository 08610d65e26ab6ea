import { Inject, Injectable } from '@nestjs/common';
import type { Address, Customer, PaymentMethod } from '@bff/contracts';
import { fromCents } from '@bff/kernel';
import { DATABASE } from '@bff/service';
import type { Kysely, Selectable } from 'kysely';
import type { CustomerTables } from '../customer.tables.js';

/** Reads customers with their addresses and payment methods. */
@Injectable()
export class CustomerStore {
  constructor(@Inject(DATABASE) private readonly database: Kysely<CustomerTables>) {}

  async findByIds(ids: readonly string[]): Promise<Customer[]> {
    const [customers, addresses, methods] = await Promise.all([
      this.database.selectFrom('customers').selectAll().where('id', 'in', ids).execute(),
      this.database.selectFrom('addresses').selectAll().where('customer_id', 'in', ids).orderBy('id').execute(),
      this.database.selectFrom('payment_methods').selectAll().where('customer_id', 'in', ids).orderBy('id').execute(),
    ]);
    const addressesOf = Map.groupBy(addresses, (row) => row.customer_id);
    const methodsOf = Map.groupBy(methods, (row) => row.customer_id);
    return customers.map((row) => ({
      id: row.id,
      companyName: row.company_name,
      contactName: row.contact_name,
      contactTitle: row.contact_title,
      phone: row.phone,
      status: row.status,
      addresses: (addressesOf.get(row.id) ?? []).map(toAddress),
      paymentMethods: (methodsOf.get(row.id) ?? []).map(toPaymentMethod),
    }));
  }
}

function toAddress(row: Selectable<CustomerTables['addresses']>): Address {
  const { id, label, recipient, street, city, region, postal_code: postalCode, country } = row;
  return { id, label, recipient, street, city, region, postalCode, country };
}

function toPaymentMethod(row: Selectable<CustomerTables['payment_methods']>): PaymentMethod {
  const { id, kind, label } = row;
  const available = row.limit_cents - row.authorised_cents - row.captured_cents;
  return { id, kind, label, limit: fromCents(row.limit_cents), available: fromCents(available) };
}
