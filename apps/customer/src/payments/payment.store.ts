import { Inject, Injectable } from '@nestjs/common';
import type { AnswerOf, BodyOf, Payment } from '@bff/contracts';
import { fromCents, Rejection, isSameMoney, toCents } from '@bff/kernel';
import { DATABASE } from '@bff/service';
import type { Kysely, Transaction } from 'kysely';
import type { CustomerTables, PaymentState } from '../customer.tables.js';
import { releaseHold, holdAmount, refundCaptured, captureHold } from './payment-method.js';

type Tx = Transaction<CustomerTables>;
type PaymentRequest = BodyOf<'customer', 'authorisePayment'>;

/** The payments of orders: AUTHORISED first, then VOIDED, CAPTURED or REFUNDED. */
@Injectable()
export class PaymentStore {
  constructor(@Inject(DATABASE) private readonly database: Kysely<CustomerTables>) {}

  findByOrderIds(orderIds: readonly string[]): Promise<Payment[]> {
    return findPayments(this.database, orderIds);
  }

  /** Throws Rejection PAYMENT_DECLINED, PAYMENT_METHOD_UNKNOWN or PAYMENT_EXISTS. */
  async authorise(tx: Tx, orderId: string, request: PaymentRequest): Promise<Payment> {
    const existing = await find(tx, orderId);
    if (existing) return acceptExisting(existing, request);
    await holdAmount(tx, request.customerId, request.paymentMethodId, request.amount);
    await tx
      .insertInto('payments')
      .values({
        order_id: orderId,
        customer_id: request.customerId,
        payment_method_id: request.paymentMethodId,
        amount_cents: toCents(request.amount),
        state: 'AUTHORISED',
        updated_at: new Date(),
      })
      .execute();
    return findOrThrow(tx, orderId);
  }

  /** Throws Rejection PAYMENT_CAPTURED. */
  async void(tx: Tx, orderId: string): Promise<AnswerOf<'customer', 'voidPayment'>> {
    const payment = await find(tx, orderId);
    if (payment?.state === 'CAPTURED')
      throw new Rejection('PAYMENT_CAPTURED', `The money for order ${orderId} was taken and cannot be voided.`);
    if (payment?.state !== 'AUTHORISED') return { orderId, voided: false };
    await releaseHold(tx, payment.paymentMethodId, toCents(payment.amount));
    await setState(tx, orderId, 'VOIDED');
    return { orderId, voided: true };
  }

  /** Throws Rejection PAYMENT_MISSING. */
  async capture(tx: Tx, orderId: string): Promise<Payment> {
    const payment = await find(tx, orderId);
    if (payment?.state !== 'AUTHORISED' && payment?.state !== 'CAPTURED')
      throw new Rejection('PAYMENT_MISSING', `Nothing is authorised for order ${orderId}.`);
    if (payment.state === 'CAPTURED') return payment;
    await captureHold(tx, payment.paymentMethodId, toCents(payment.amount));
    await setState(tx, orderId, 'CAPTURED');
    return findOrThrow(tx, orderId);
  }

  /** Refunds a captured payment. An authorisation is voided instead. */
  async refund(tx: Tx, orderId: string): Promise<AnswerOf<'customer', 'refundPayment'>> {
    const payment = await find(tx, orderId);
    if (payment?.state !== 'CAPTURED') {
      const { voided } = await this.void(tx, orderId);
      return { orderId, refunded: null, voided };
    }
    await refundCaptured(tx, payment.paymentMethodId, toCents(payment.amount));
    await setState(tx, orderId, 'REFUNDED');
    return { orderId, refunded: payment.amount, voided: false };
  }
}

/** A second authorisation of the same order, with another idempotency key, is accepted when it asks for the same. */
function acceptExisting(existing: Payment, { customerId, paymentMethodId, amount }: PaymentRequest): Payment {
  const same =
    existing.customerId === customerId &&
    existing.paymentMethodId === paymentMethodId &&
    isSameMoney(existing.amount, amount);
  if (same) return existing;
  throw new Rejection('PAYMENT_EXISTS', `Order ${existing.orderId} has a payment of another amount or method.`);
}

async function setState(tx: Tx, orderId: string, state: PaymentState): Promise<void> {
  await tx.updateTable('payments').set({ state, updated_at: new Date() }).where('order_id', '=', orderId).execute();
}

async function find(tx: Tx, orderId: string): Promise<Payment | undefined> {
  return (await findPayments(tx, [orderId]))[0];
}

async function findOrThrow(tx: Tx, orderId: string): Promise<Payment> {
  const payment = await find(tx, orderId);
  if (!payment) throw new Error(`The payment of order ${orderId} was written and is not there`);
  return payment;
}

export async function findPayments(db: Kysely<CustomerTables>, orderIds: readonly string[]): Promise<Payment[]> {
  const rows = await db
    .selectFrom('payments as p')
    .innerJoin('payment_methods as m', 'm.id', 'p.payment_method_id')
    .selectAll('p')
    .select('m.label')
    .where('p.order_id', 'in', orderIds)
    .execute();
  return rows.map((row) => ({
    orderId: row.order_id,
    customerId: row.customer_id,
    paymentMethodId: row.payment_method_id,
    label: row.label,
    amount: fromCents(row.amount_cents),
    state: row.state,
    updatedAt: row.updated_at.toISOString(),
  }));
}
