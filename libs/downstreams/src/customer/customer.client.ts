import type { AnswerOf, BodyOf, Customer, Payment } from '@bff/contracts';
import type { CallOptions, ContractClient } from '../contract-client.js';
import { readBatch } from '../read-batch.js';

/** Customers with their addresses and payment methods, and the payments of their orders. */
export class CustomerClient {
  constructor(
    private readonly api: ContractClient<'customer'>,
    private readonly options: CallOptions = {},
  ) {}

  /** The same client with bounds or a key that go with every call. */
  with(options: CallOptions): CustomerClient {
    return new CustomerClient(this.api, options);
  }

  /** At most 100 ids. Unknown ids are left out; the order is not promised. */
  getCustomers(ids: readonly string[]): Promise<readonly Customer[]> {
    return readBatch(ids, (ids) => this.api.call('getCustomers', { query: { ids } }, this.options));
  }

  /** At most 100 order ids. Orders without a payment are left out; the order is not promised. */
  getPayments(orderIds: readonly string[]): Promise<readonly Payment[]> {
    return readBatch(orderIds, (orderIds) => this.api.call('getPayments', { query: { orderIds } }, this.options));
  }

  /** Throws Rejection PAYMENT_DECLINED, PAYMENT_METHOD_UNKNOWN, UNDONE, PAYMENT_EXISTS. */
  authorisePayment(orderId: string, payment: BodyOf<'customer', 'authorisePayment'>): Promise<Payment> {
    return this.api.call('authorisePayment', { path: { orderId }, body: payment }, this.options);
  }

  /** Throws Rejection PAYMENT_CAPTURED. */
  voidPayment(orderId: string): Promise<AnswerOf<'customer', 'voidPayment'>> {
    return this.api.call('voidPayment', { path: { orderId } }, this.options);
  }

  /** Throws Rejection PAYMENT_MISSING, UNDONE. */
  capturePayment(orderId: string): Promise<Payment> {
    return this.api.call('capturePayment', { path: { orderId } }, this.options);
  }

  /** What was given back is in the answer. */
  refundPayment(orderId: string): Promise<AnswerOf<'customer', 'refundPayment'>> {
    return this.api.call('refundPayment', { path: { orderId } }, this.options);
  }
}
