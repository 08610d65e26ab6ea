import type { Customer, Order, Payment } from '@bff/contracts';
import { fromCents, toCents } from '@bff/kernel';
import { northwindCatalog, northwindCustomer, northwindOrder } from '@bff/samples';
import type { NorthwindCustomer } from '@bff/samples';
import type { Seed } from './seed.js';

const usd = (amount: string) => ({ amount, currency: 'USD' });

/** The sample data that the real services are filled with. */
export function northwindSeed(): Seed {
  const { categories, products } = northwindCatalog();
  const { customers, payments } = northwindCustomer();
  const paid = payments.map((payment) => paymentOf(payment, customers));
  return {
    catalog: {
      categories,
      products: products.map(({ price, ...product }) => ({ ...product, price: usd(price), reserved: 0 })),
    },
    customer: { customers: customers.map((customer) => customerOf(customer, payments)), payments: paid },
    order: { orders: northwindOrder().orders.map(orderOf) },
  };
}

type SampleCustomers = NorthwindCustomer['customers'];
type SamplePayments = NorthwindCustomer['payments'];

function customerOf({ paymentMethods, ...customer }: SampleCustomers[number], payments: SamplePayments): Customer {
  return {
    ...customer,
    paymentMethods: paymentMethods.map(({ limit, ...method }) => {
      const captured = payments
        .filter(({ paymentMethodId }) => paymentMethodId === method.id)
        .reduce((cents, { amount }) => cents + toCents(usd(amount)), 0);
      return { ...method, limit: usd(limit), available: fromCents(toCents(usd(limit)) - captured) };
    }),
  };
}

function paymentOf({ amount, capturedAt, ...payment }: SamplePayments[number], customers: SampleCustomers): Payment {
  const method = customers
    .find(({ id }) => id === payment.customerId)
    ?.paymentMethods.find(({ id }) => id === payment.paymentMethodId);
  return { ...payment, label: method?.label ?? '', amount: usd(amount), state: 'CAPTURED', updatedAt: capturedAt };
}

function orderOf({ total, lines, ...order }: ReturnType<typeof northwindOrder>['orders'][number]): Order {
  return {
    ...order,
    status: 'CONFIRMED',
    reason: null,
    total: usd(total),
    lines: lines.map(({ unitPrice, lineTotal, ...line }) => ({
      ...line,
      unitPrice: usd(unitPrice),
      lineTotal: usd(lineTotal),
    })),
  };
}
