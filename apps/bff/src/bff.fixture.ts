import { readConfig } from '@bff/config';
import type { Customer, Order, Product } from '@bff/contracts';
import { stubDownstream } from '@bff/testing';
import type { StubAnswers, StubDownstream } from '@bff/testing';
import { SignJWT } from 'jose';
import { startBff } from './bff.app.js';
import { bffConfig } from './bff.config.js';

const SECRET = 'a secret that only these specs know, of some length';

/** What the stubs of a spec answer, by downstream and operation. */
export interface Answers {
  readonly order?: StubAnswers<'order'>;
  readonly customer?: StubAnswers<'customer'>;
  readonly catalog?: StubAnswers<'catalog'>;
}

export interface Answer {
  readonly status: number;
  readonly data: unknown;
  readonly errors?: readonly {
    readonly message: string;
    readonly path?: readonly (string | number)[];
    readonly extensions: Readonly<Record<string, unknown>>;
  }[];
}

/** The BFF on a real socket, over stubs of its downstreams on real sockets. */
export interface BffUnderTest {
  readonly url: string;
  readonly order: StubDownstream;
  readonly customer: StubDownstream;
  readonly catalog: StubDownstream;
  /** Every downstream call so far, as `service.operation`. */
  calls(): string[];
  /** Asks as a customer; null asks as nobody. */
  ask(customerId: string | null, query: string, variables?: object): Promise<Answer>;
  close(): Promise<void>;
}

export async function startBffUnderTest(answers: Answers, env: Record<string, string> = {}): Promise<BffUnderTest> {
  const stubs = {
    order: await stubDownstream('order', answers.order ?? {}),
    customer: await stubDownstream('customer', answers.customer ?? {}),
    catalog: await stubDownstream('catalog', answers.catalog ?? {}),
  };
  const config = readConfig(bffConfig, {
    NODE_ENV: 'test',
    JWT_SECRET: SECRET,
    ORDER_URL: stubs.order.url,
    CUSTOMER_URL: stubs.customer.url,
    CATALOG_URL: stubs.catalog.url,
    ...env,
  });
  const app = await startBff(config, { port: 0, quiet: true });
  const url = `${await app.getUrl()}/graphql`;
  return {
    ...stubs,
    url,
    calls: () => Object.entries(stubs).flatMap(([service, stub]) => stub.calls.map((call) => `${service}.${call}`)),
    async ask(customerId, query, variables = {}) {
      const response = await fetch(url, {
        method: 'POST',
        headers: {
          'content-type': 'application/json',
          ...(customerId !== null && { authorization: `Bearer ${await tokenOf(customerId)}` }),
        },
        body: JSON.stringify({ query, variables }),
      });
      return { status: response.status, ...((await response.json()) as Omit<Answer, 'status'>) };
    },
    async close() {
      await app.close();
      await Promise.all(Object.values(stubs).map((stub) => stub.close()));
    },
  };
}

function tokenOf(customerId: string): Promise<string> {
  return new SignJWT({})
    .setProtectedHeader({ alg: 'HS256' })
    .setSubject(customerId)
    .setExpirationTime('1h')
    .sign(new TextEncoder().encode(SECRET));
}

const usd = (amount: string) => ({ amount, currency: 'USD' });

/** The customer whose pages the specs look at. */
export const ada: Customer = {
  id: 'ada',
  companyName: 'Ada & Sons',
  contactName: 'Ada',
  contactTitle: 'Owner',
  phone: '030-1815',
  status: 'ACTIVE',
  addresses: [
    {
      id: 'ada-1',
      label: 'Home',
      recipient: 'Ada',
      street: '1 Byron Rd',
      city: 'London',
      region: null,
      postalCode: 'W1',
      country: 'UK',
    },
  ],
  paymentMethods: [{ id: 'ada-card', kind: 'CARD', label: 'Visa', limit: usd('100.00'), available: usd('80.00') }],
};

/** A product that costs its id in dollars and of which there are 10. */
export function product(id: string): Product {
  const price = usd(`${id.padStart(1, '0')}.00`);
  return {
    ...{ id, categoryId: 'c-1', name: `Product ${id}`, packaging: 'box', supplier: 'Babbage' },
    ...{ price, onHand: 10, reserved: 0, sold: 0, discontinued: false },
  };
}

/** A confirmed order of ada's with so many lines, each of one unit of another product. */
export function order(id: string, lineCount: number): Order {
  const lines = Array.from({ length: lineCount }, (_, index) => ({
    ...{ productId: String(index + 1), quantity: 1, discountPercent: 0 },
    ...{ unitPrice: usd('1.00'), lineTotal: usd('1.00') },
  }));
  return {
    ...{ id, customerId: 'ada', status: 'CONFIRMED', reason: null, placedAt: '2026-01-02T03:04:05.000Z', lines },
    ...{ paymentMethodId: 'ada-card', total: usd(`${lineCount}.00`) },
    shippingAddress: {
      recipient: 'Ada',
      street: '1 Byron Rd',
      city: 'London',
      region: null,
      postalCode: 'W1',
      country: 'UK',
    },
  };
}
