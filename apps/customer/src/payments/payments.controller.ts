import { Controller } from '@nestjs/common';
import type { AnswerOf, CheckedRequest } from '@bff/contracts';
import { Input, Operation, Participant } from '@bff/service';
import type { CustomerTables } from '../customer.tables.js';
import { PaymentStore } from './payment.store.js';

/** Authorises the payments of orders, and voids, captures or refunds them. */
@Controller()
export class PaymentsController {
  constructor(
    private readonly participant: Participant<CustomerTables>,
    private readonly payments: PaymentStore,
  ) {}

  @Operation('customer', 'getPayments')
  async getPayments(
    @Input() { query }: CheckedRequest<'customer', 'getPayments'>,
  ): Promise<AnswerOf<'customer', 'getPayments'>> {
    return { items: await this.payments.findByOrderIds(query.orderIds) };
  }

  @Operation('customer', 'authorisePayment')
  authorisePayment(
    @Input() { path: { orderId }, body, idempotencyKey: key }: CheckedRequest<'customer', 'authorisePayment'>,
  ): Promise<AnswerOf<'customer', 'authorisePayment'>> {
    return this.participant.do({ operation: 'authorisePayment', id: orderId, key, body }, (tx) =>
      this.payments.authorise(tx, orderId, body),
    );
  }

  @Operation('customer', 'voidPayment')
  voidPayment(
    @Input() { path: { orderId }, body, idempotencyKey: key }: CheckedRequest<'customer', 'voidPayment'>,
  ): Promise<AnswerOf<'customer', 'voidPayment'>> {
    return this.participant.undo({ operation: 'voidPayment', id: orderId, key, body }, (tx) =>
      this.payments.void(tx, orderId),
    );
  }

  @Operation('customer', 'capturePayment')
  capturePayment(
    @Input() { path: { orderId }, body, idempotencyKey: key }: CheckedRequest<'customer', 'capturePayment'>,
  ): Promise<AnswerOf<'customer', 'capturePayment'>> {
    return this.participant.finish({ operation: 'capturePayment', id: orderId, key, body }, (tx) =>
      this.payments.capture(tx, orderId),
    );
  }

  @Operation('customer', 'refundPayment')
  refundPayment(
    @Input() { path: { orderId }, body, idempotencyKey: key }: CheckedRequest<'customer', 'refundPayment'>,
  ): Promise<AnswerOf<'customer', 'refundPayment'>> {
    return this.participant.undo({ operation: 'refundPayment', id: orderId, key, body }, (tx) =>
      this.payments.refund(tx, orderId),
    );
  }
}
