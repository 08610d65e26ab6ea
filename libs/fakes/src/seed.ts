import { getOperation } from '@bff/contracts';
import type { Category, Customer, Order, Payment, Product, ServiceName } from '@bff/contracts';

/** The initial data of the fakes of a scope, in the shapes of the contracts. */
export interface Seed {
  readonly catalog: { readonly categories: readonly Category[]; readonly products: readonly Product[] };
  /** `available` of a payment method is its limit less its payments. */
  readonly customer: { readonly customers: readonly Customer[]; readonly payments: readonly Payment[] };
  readonly order: { readonly orders: readonly Order[] };
}

/** Additional entities, or replacements of those with the same id. */
export type PartialSeed = { readonly [S in ServiceName]?: Partial<Seed[S]> };

/** A seed without any data. */
export const emptySeed: Seed = {
  catalog: { categories: [], products: [] },
  customer: { customers: [], payments: [] },
  order: { orders: [] },
};

/** Merges seeds. An entity replaces the one with the same id. */
export function mergeSeeds(seed: Seed, more: PartialSeed): Seed {
  return {
    catalog: {
      categories: merge(seed.catalog.categories, more.catalog?.categories, getId),
      products: merge(seed.catalog.products, more.catalog?.products, getId),
    },
    customer: {
      customers: merge(seed.customer.customers, more.customer?.customers, getId),
      payments: merge(seed.customer.payments, more.customer?.payments, ({ orderId }) => orderId),
    },
    order: { orders: merge(seed.order.orders, more.order?.orders, getId) },
  };
}

/** Checks a seed against the contracts: a fake must not have data that the service could not return. Throws ContractViolation. */
export function checkSeed(seed: PartialSeed): void {
  const { catalog = {}, customer = {}, order = {} } = seed;
  getOperation('catalog', 'listCategories').checkAnswer(200, { items: catalog.categories ?? [] });
  getOperation('catalog', 'getProducts').checkAnswer(200, { items: catalog.products ?? [] });
  getOperation('customer', 'getCustomers').checkAnswer(200, { items: customer.customers ?? [] });
  getOperation('customer', 'getPayments').checkAnswer(200, { items: customer.payments ?? [] });
  getOperation('order', 'getOrders').checkAnswer(200, { items: order.orders ?? [] });
}

function getId({ id }: { readonly id: string }): string {
  return id;
}

function merge<T>(old: readonly T[], more: readonly T[] | undefined, getKey: (item: T) => string): readonly T[] {
  if (!more || more.length === 0) return old;
  return [...new Map([...old, ...more].map((item) => [getKey(item), item])).values()];
}
