import { CURRENCY, Rejection, toCents } from '@bff/kernel';
import type { Money } from '@bff/kernel';
import type { Transaction } from 'kysely';
import { sql } from 'kysely';
import type { CustomerTables } from '../customer.tables.js';

type Tx = Transaction<CustomerTables>;

/**
 * Holds an amount on a payment method. Throws Rejection PAYMENT_METHOD_UNKNOWN or PAYMENT_DECLINED.
 * The update is conditional, in one statement, so that concurrent holds never exceed the limit.
 */
export async function holdAmount(tx: Tx, customerId: string, paymentMethodId: string, amount: Money): Promise<void> {
  const method = await tx
    .selectFrom('payment_methods')
    .select('id')
    .where('id', '=', paymentMethodId)
    .where('customer_id', '=', customerId)
    .executeTakeFirst();
  if (!method) {
    const message = `Customer ${customerId} has no payment method ${paymentMethodId}.`;
    throw new Rejection('PAYMENT_METHOD_UNKNOWN', message, {}, 422);
  }
  // Limits are in one currency; an amount in another currency is declined.
  const held = amount.currency === CURRENCY && (await tryHoldCents(tx, paymentMethodId, toCents(amount)));
  if (!held) throw new Rejection('PAYMENT_DECLINED', 'The payment method does not cover this amount.');
}

/** False when the amount exceeds what is left of the limit. */
async function tryHoldCents(tx: Tx, paymentMethodId: string, cents: number): Promise<boolean> {
  const { numUpdatedRows } = await tx
    .updateTable('payment_methods')
    .set((row) => ({ authorised_cents: row('authorised_cents', '+', cents) }))
    .where('id', '=', paymentMethodId)
    .where(sql<boolean>`limit_cents - authorised_cents - captured_cents >= ${cents}::bigint`)
    .executeTakeFirstOrThrow();
  return numUpdatedRows === 1n;
}

/** Releases a held amount. */
export async function releaseHold(tx: Tx, paymentMethodId: string, cents: number): Promise<void> {
  await tx
    .updateTable('payment_methods')
    .set((row) => ({ authorised_cents: row('authorised_cents', '-', cents) }))
    .where('id', '=', paymentMethodId)
    .execute();
}

/** Captures a held amount. */
export async function captureHold(tx: Tx, paymentMethodId: string, cents: number): Promise<void> {
  await tx
    .updateTable('payment_methods')
    .set((row) => ({
      authorised_cents: row('authorised_cents', '-', cents),
      captured_cents: row('captured_cents', '+', cents),
    }))
    .where('id', '=', paymentMethodId)
    .execute();
}

/** Refunds a captured amount. */
export async function refundCaptured(tx: Tx, paymentMethodId: string, cents: number): Promise<void> {
  await tx
    .updateTable('payment_methods')
    .set((row) => ({ captured_cents: row('captured_cents', '-', cents) }))
    .where('id', '=', paymentMethodId)
    .execute();
}
