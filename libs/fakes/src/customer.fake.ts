import type { BodyOf, Customer, Payment, PaymentMethod } from '@bff/contracts';
import { fromCents, Rejection, isSameMoney, toCents } from '@bff/kernel';
import { toCanonicalMoney } from './canonical-money.js';
import { toReadResult } from './duties.js';
import type { Duties, Moved } from './duties.js';
import type { FakeService } from './fake-service.js';
import { compareText } from './pagination.js';
import type { Seed } from './seed.js';

type PaymentRequest = BodyOf<'customer', 'authorisePayment'>;

/** The data of the customer service in memory: customers, and the payments of orders. */
class CustomerBooks {
  readonly payments: Map<string, Payment>;
  private readonly customers: Map<string, Customer>;
  /** What is authorised or captured on a payment method, in cents. */
  private readonly used = new Map<string, number>();

  constructor(
    seed: Seed['customer'],
    private readonly duties: Duties,
  ) {
    this.customers = new Map(seed.customers.map((customer) => [customer.id, sortById(customer)]));
    this.payments = new Map(seed.payments.map((payment) => [payment.orderId, payment]));
    for (const { paymentMethods } of seed.customers)
      for (const { id, limit, available } of paymentMethods) this.used.set(id, toCents(limit) - toCents(available));
  }

  findCustomer(id: string): Customer | undefined {
    const customer = this.customers.get(id);
    if (!customer) return undefined;
    const paymentMethods = customer.paymentMethods.map((method) => ({
      ...method,
      available: this.computeAvailable(method),
    }));
    return { ...customer, paymentMethods };
  }

  authorise(orderId: string, { customerId, paymentMethodId, amount: asked }: PaymentRequest): Moved {
    const amount = toCanonicalMoney(asked);
    const existing = this.duties.deduplicate ? this.payments.get(orderId) : undefined;
    if (existing) {
      const same = existing.customerId === customerId && existing.paymentMethodId === paymentMethodId;
      if (same && isSameMoney(existing.amount, amount)) return { body: existing, moved: false };
      throw new Rejection('PAYMENT_EXISTS', `Order ${orderId} has a payment of another amount or method.`);
    }
    const method = this.customers.get(customerId)?.paymentMethods.find(({ id }) => id === paymentMethodId);
    if (!method) {
      const message = `Customer ${customerId} has no payment method ${paymentMethodId}.`;
      throw new Rejection('PAYMENT_METHOD_UNKNOWN', message, {}, 422);
    }
    if (amount.currency !== method.limit.currency || toCents(amount) > toCents(this.computeAvailable(method)))
      throw new Rejection('PAYMENT_DECLINED', 'The payment method does not cover this amount.');
    this.use(method.id, toCents(amount));
    const { label } = method;
    return this.keep({
      orderId,
      customerId,
      paymentMethodId,
      label,
      amount,
      state: 'AUTHORISED',
      updatedAt: getTime(),
    });
  }

  void(orderId: string): Moved {
    const payment = this.payments.get(orderId);
    if (payment?.state === 'CAPTURED')
      throw new Rejection('PAYMENT_CAPTURED', `The money for order ${orderId} was taken and cannot be voided.`);
    if (!payment || payment.state === 'REFUNDED' || (payment.state === 'VOIDED' && this.duties.deduplicate))
      return { body: { orderId, voided: false }, moved: false };
    this.use(payment.paymentMethodId, -toCents(payment.amount));
    this.keep({ ...payment, state: 'VOIDED', updatedAt: getTime() });
    return { body: { orderId, voided: true }, moved: true };
  }

  capture(orderId: string): Moved {
    const payment = this.payments.get(orderId);
    if (payment?.state !== 'AUTHORISED' && payment?.state !== 'CAPTURED')
      throw new Rejection('PAYMENT_MISSING', `Nothing is authorised for order ${orderId}.`);
    if (payment.state === 'CAPTURED' && this.duties.deduplicate) return { body: payment, moved: false };
    return this.keep({ ...payment, state: 'CAPTURED', updatedAt: getTime() });
  }

  refund(orderId: string): Moved {
    const payment = this.payments.get(orderId);
    const again = payment?.state === 'REFUNDED' && !this.duties.deduplicate;
    if (payment?.state !== 'CAPTURED' && !again) {
      const { moved } = this.void(orderId);
      return { body: { orderId, refunded: null, voided: moved }, moved };
    }
    this.use(payment.paymentMethodId, -toCents(payment.amount));
    this.keep({ ...payment, state: 'REFUNDED', updatedAt: getTime() });
    return { body: { orderId, refunded: payment.amount, voided: false }, moved: true };
  }

  private keep(payment: Payment): Moved {
    this.payments.set(payment.orderId, payment);
    return { body: payment, moved: true };
  }

  private use(paymentMethodId: string, cents: number): void {
    this.used.set(paymentMethodId, (this.used.get(paymentMethodId) ?? 0) + cents);
  }

  private computeAvailable({ id, limit }: PaymentMethod): PaymentMethod['limit'] {
    return fromCents(toCents(limit) - (this.used.get(id) ?? 0), limit.currency);
  }
}

/** The customer service in memory. */
export function createCustomerFake(seed: Seed['customer'], duties: Duties): FakeService<'customer'> {
  const books = new CustomerBooks(seed, duties);
  return {
    getCustomers: ({ query }) =>
      toReadResult({ items: [...new Set(query.ids)].flatMap((id) => books.findCustomer(id) ?? []) }),
    getPayments: ({ query }) =>
      toReadResult({ items: [...new Set(query.orderIds)].flatMap((id) => books.payments.get(id) ?? []) }),
    authorisePayment: ({ path: { orderId: id }, body, idempotencyKey: key }) =>
      duties.write('do', { operation: 'authorisePayment', id, key, body }, () => books.authorise(id, body)),
    voidPayment: ({ path: { orderId: id }, idempotencyKey: key }) =>
      duties.write('undo', { operation: 'voidPayment', id, key }, () => books.void(id)),
    capturePayment: ({ path: { orderId: id }, idempotencyKey: key }) =>
      duties.write('finish', { operation: 'capturePayment', id, key }, () => books.capture(id)),
    refundPayment: ({ path: { orderId: id }, idempotencyKey: key }) =>
      duties.write('undo', { operation: 'refundPayment', id, key }, () => books.refund(id)),
  };
}

/** Sorts the addresses and payment methods of a customer by id, as the service does. */
function sortById(customer: Customer): Customer {
  const compareById = (a: { readonly id: string }, b: { readonly id: string }) => compareText(a.id, b.id);
  return {
    ...customer,
    addresses: customer.addresses.toSorted(compareById),
    paymentMethods: customer.paymentMethods.toSorted(compareById),
  };
}

function getTime(): string {
  return new Date().toISOString();
}
