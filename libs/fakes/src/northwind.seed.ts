import type { Customer, Order, Payment } from '@bff/contracts';
import { fromCents, toCents } from '@bff/kernel';
import { readNorthwindCatalog, readNorthwindCustomer, readNorthwindOrder } from '@bff/samples';
import type { NorthwindCustomer } from '@bff/samples';
import type { Seed } from './seed.js';

const toUsd = (amount: string) => ({ amount, currency: 'USD' });

/** The sample data that the real services are filled with. */
export function createNorthwindSeed(): Seed {
  const { categories, products } = readNorthwindCatalog();
  const { customers, payments } = readNorthwindCustomer();
  const paid = payments.map((payment) => toPayment(payment, customers));
  return {
    catalog: {
      categories,
      products: products.map(({ price, ...product }) => ({ ...product, price: toUsd(price), reserved: 0 })),
    },
    customer: { customers: customers.map((customer) => toCustomer(customer, payments)), payments: paid },
    order: { orders: readNorthwindOrder().orders.map(toOrder) },
  };
}

type SampleCustomers = NorthwindCustomer['customers'];
type SamplePayments = NorthwindCustomer['payments'];

function toCustomer({ paymentMethods, ...customer }: SampleCustomers[number], payments: SamplePayments): Customer {
  return {
    ...customer,
    paymentMethods: paymentMethods.map(({ limit, ...method }) => {
      const captured = payments
        .filter(({ paymentMethodId }) => paymentMethodId === method.id)
        .reduce((cents, { amount }) => cents + toCents(toUsd(amount)), 0);
      return { ...method, limit: toUsd(limit), available: fromCents(toCents(toUsd(limit)) - captured) };
    }),
  };
}

function toPayment({ amount, capturedAt, ...payment }: SamplePayments[number], customers: SampleCustomers): Payment {
  const method = customers
    .find(({ id }) => id === payment.customerId)
    ?.paymentMethods.find(({ id }) => id === payment.paymentMethodId);
  return { ...payment, label: method?.label ?? '', amount: toUsd(amount), state: 'CAPTURED', updatedAt: capturedAt };
}

function toOrder({ total, lines, ...order }: ReturnType<typeof readNorthwindOrder>['orders'][number]): Order {
  return {
    ...order,
    status: 'CONFIRMED',
    reason: null,
    total: toUsd(total),
    lines: lines.map(({ unitPrice, lineTotal, ...line }) => ({
      ...line,
      unitPrice: toUsd(unitPrice),
      lineTotal: toUsd(lineTotal),
    })),
  };
}
