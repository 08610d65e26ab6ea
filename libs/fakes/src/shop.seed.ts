import type { Customer, Order, Payment, PostalAddress, Product } from '@bff/contracts';
import type { Seed } from './seed.js';

const toUsd = (amount: string) => ({ amount, currency: 'USD' });

const home: PostalAddress = {
  recipient: 'Ada Lovelace',
  street: '12 St James Square',
  city: 'London',
  region: null,
  postalCode: 'SW1Y',
  country: 'UK',
};

function createProduct(id: string, name: string, price: string, onHand: number, discontinued = false): Product {
  return {
    id,
    name,
    categoryId: 'kitchen',
    packaging: '1 piece',
    supplier: 'Kiln & Sons',
    price: toUsd(price),
    onHand,
    reserved: 0,
    sold: 0,
    discontinued,
  };
}

function createCustomer(id: string, contactName: string, status: Customer['status']): Customer {
  return {
    id,
    contactName,
    status,
    companyName: `${contactName} & Co`,
    contactTitle: 'Owner',
    phone: '020-1815',
    addresses: [{ id: `${id}-home`, label: 'Home', ...home, recipient: contactName }],
    paymentMethods: [
      {
        id: `${id}-card`,
        kind: 'CARD',
        label: 'Visa ending in 4242',
        limit: toUsd('100.00'),
        available: toUsd('92.00'),
      },
      {
        id: `${id}-voucher`,
        kind: 'VOUCHER',
        label: 'Voucher over 5.00',
        limit: toUsd('5.00'),
        available: toUsd('5.00'),
      },
    ],
  };
}

/** A confirmed order of two mugs, 8.00 in all, paid by card. */
function createOrderOfTwoMugs(id: string, customerId: string): Order {
  return {
    id,
    customerId,
    status: 'CONFIRMED',
    reason: null,
    placedAt: '2026-01-02T03:04:05.000Z',
    paymentMethodId: `${customerId}-card`,
    shippingAddress: home,
    total: toUsd('8.00'),
    lines: [{ productId: 'mug', quantity: 2, unitPrice: toUsd('4.00'), discountPercent: 0, lineTotal: toUsd('8.00') }],
  };
}

function toPayment({ id: orderId, customerId, paymentMethodId, total, placedAt }: Order): Payment {
  return {
    orderId,
    customerId,
    paymentMethodId,
    label: 'Visa ending in 4242',
    amount: total,
    state: 'CAPTURED',
    updatedAt: placedAt,
  };
}

const orders = [createOrderOfTwoMugs('o-1', 'ada'), createOrderOfTwoMugs('o-2', 'bob')];

/**
 * A shop small enough to keep in mind: `ada` may order and `bob` is blocked; each has a card with 92.00 left and a voucher
 * over 5.00 (`ada-card`, `ada-voucher`), an address (`ada-home`) and an order (`o-1`, `o-2`). There are ten of `mug` at
 * 4.00 and one of `teapot` at 30.00; `kettle` is discontinued.
 */
export const shopSeed: Seed = {
  catalog: {
    categories: [{ id: 'kitchen', name: 'Kitchen', description: 'Things to drink from' }],
    products: [
      createProduct('mug', 'Mug', '4.00', 10),
      createProduct('teapot', 'Teapot', '30.00', 1),
      createProduct('kettle', 'Kettle', '50.00', 3, true),
    ],
  },
  customer: {
    customers: [createCustomer('ada', 'Ada Lovelace', 'ACTIVE'), createCustomer('bob', 'Bob Babbage', 'BLOCKED')],
    payments: orders.map(toPayment),
  },
  order: { orders },
};
