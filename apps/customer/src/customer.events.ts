import type { EventDraft, Payment } from '@bff/contracts';
import { readIdsInBatches } from '@bff/service';
import type { EventsOf } from '@bff/service';
import type { CustomerTables } from './customer.tables.js';
import { findPayments } from './payments/payment.store.js';

/** The events of the customer service. */
export const customerEvents: EventsOf<'customer', CustomerTables> = {
  byOperation: {
    authorisePayment: {
      emit: describeAuthorisation,
      emitRejection: ({ code, message }) =>
        code === 'PAYMENT_DECLINED' || code === 'PAYMENT_METHOD_UNKNOWN'
          ? { type: 'PaymentDeclined', data: { code, message } }
          : undefined,
    },
    voidPayment: { emit: ({ voided }) => (voided ? { type: 'PaymentVoided', data: {} } : undefined) },
    capturePayment: { emit: ({ amount }) => ({ type: 'PaymentCaptured', data: { amount } }) },
    refundPayment: {
      emit({ refunded, voided = false }) {
        if (refunded) return { type: 'PaymentRefunded', data: { amount: refunded } };
        return voided ? { type: 'PaymentVoided', data: {} } : undefined;
      },
    },
  },
  async *readRowEvents(database) {
    const customers = await database.selectFrom('customers').select(['id', 'status']).execute();
    yield customers.map(({ id, status }) => ({ subject: id, event: { type: 'CustomerRegistered', data: { status } } }));
    for await (const ids of readIdsInBatches(database, 'payments', 'order_id')) {
      const payments = await findPayments(database, ids);
      yield payments.flatMap((payment) =>
        describePayment(payment).map((event) => ({ subject: payment.orderId, event })),
      );
    }
  },
};

function describeAuthorisation({ customerId, paymentMethodId, amount }: Payment): EventDraft<'customer'> {
  return { type: 'PaymentAuthorised', data: { customerId, paymentMethodId, amount } };
}

/** What happened to a payment, from its authorisation to its state. */
function describePayment(payment: Payment): EventDraft<'customer'>[] {
  const { amount, state } = payment;
  const authorised = describeAuthorisation(payment);
  switch (state) {
    case 'AUTHORISED':
      return [authorised];
    case 'VOIDED':
      return [authorised, { type: 'PaymentVoided', data: {} }];
    case 'CAPTURED':
      return [authorised, { type: 'PaymentCaptured', data: { amount } }];
    case 'REFUNDED':
      return [authorised, { type: 'PaymentCaptured', data: { amount } }, { type: 'PaymentRefunded', data: { amount } }];
  }
}
