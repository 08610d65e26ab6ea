import { readFileSync } from 'node:fs';

/** Northwind's categories and products. Prices are decimal text in US dollars. */
export interface NorthwindCatalog {
  readonly categories: readonly { readonly id: string; readonly name: string; readonly description: string }[];
  readonly products: readonly {
    readonly id: string;
    readonly categoryId: string;
    readonly name: string;
    readonly packaging: string;
    readonly supplier: string;
    readonly price: string;
    readonly onHand: number;
    readonly sold: number;
    readonly discontinued: boolean;
  }[];
}

/**
 * Northwind's customers, and the payments of their orders. Limits and amounts are decimal text in US dollars, times are
 * ISO 8601. Payment methods and the status are not part of Northwind.
 */
export interface NorthwindCustomer {
  readonly customers: readonly {
    readonly id: string;
    readonly companyName: string;
    readonly contactName: string;
    readonly contactTitle: string;
    readonly phone: string;
    readonly status: 'ACTIVE' | 'BLOCKED';
    readonly addresses: readonly {
      readonly id: string;
      readonly label: string;
      readonly recipient: string;
      readonly street: string;
      readonly city: string;
      readonly region: string | null;
      readonly postalCode: string | null;
      readonly country: string;
    }[];
    readonly paymentMethods: readonly {
      readonly id: string;
      readonly kind: 'INVOICE' | 'CARD' | 'VOUCHER';
      readonly label: string;
      readonly limit: string;
    }[];
  }[];
  readonly payments: readonly {
    readonly orderId: string;
    readonly customerId: string;
    readonly paymentMethodId: string;
    readonly amount: string;
    readonly capturedAt: string;
  }[];
}

/** Northwind's orders with their lines. Prices and totals are decimal text in US dollars, times are ISO 8601. */
export interface NorthwindOrder {
  readonly orders: readonly {
    readonly id: string;
    readonly customerId: string;
    readonly placedAt: string;
    readonly paymentMethodId: string;
    readonly shippingAddress: {
      readonly recipient: string;
      readonly street: string;
      readonly city: string;
      readonly region: string | null;
      readonly postalCode: string | null;
      readonly country: string;
    };
    readonly total: string;
    readonly lines: readonly {
      readonly productId: string;
      readonly quantity: number;
      readonly unitPrice: string;
      readonly discountPercent: number;
      readonly lineTotal: string;
    }[];
  }[];
}

// Each `as` below is for a file of this repository; the specs of the seeds check its shape.

/** Reads the sample data of the catalog. Each call reads the file, so the caller may change the result. */
export function readNorthwindCatalog(): NorthwindCatalog {
  return read('catalog') as NorthwindCatalog;
}

/** Reads the sample data of the customer service. Each call reads the file, so the caller may change the result. */
export function readNorthwindCustomer(): NorthwindCustomer {
  return read('customer') as NorthwindCustomer;
}

/** Reads the sample data of the order service. Each call reads the file, so the caller may change the result. */
export function readNorthwindOrder(): NorthwindOrder {
  return read('order') as NorthwindOrder;
}

function read(service: 'catalog' | 'customer' | 'order'): unknown {
  return JSON.parse(readFileSync(new URL(`../northwind/${service}.json`, import.meta.url), 'utf8'));
}
