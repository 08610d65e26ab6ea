import { readConfig } from '@bff/config';
import type { Order, Product } from '@bff/contracts';
import { Fakes, shopSeed } from '@bff/fakes';
import type { ScenarioScope, ScenarioWorld } from '@bff/testing';
import { GraphQLSchemaHost } from '@nestjs/graphql';
import type { GraphQLSchema } from 'graphql';
import { SignJWT } from 'jose';
import { startBff } from './bff.app.js';
import { bffConfig } from './bff.config.js';

/** The secret with which the BFF of these specs verifies tokens. */
export const BFF_SECRET = 'a secret that only these specs know, of some length';

const { TRUSTED_DOCUMENTS } = process.env;

/** `npm run test:trusted` sends the hashes of documents instead of their text. */
const TRUSTED = TRUSTED_DOCUMENTS === undefined ? {} : { TRUSTED_DOCUMENTS };

/** The BFF in this process, with fakes of its downstreams, all on real sockets. There is no engine: orders cannot be placed. */
export async function startBffWorld(env: Readonly<Record<string, string>> = {}): Promise<ScenarioWorld> {
  const fakes = await Fakes.start({ seed: shopSeed, unknownScopes: 'reject' });
  const bff = await startBffOver(fakes, env).catch(async (error: unknown) => {
    await fakes.close();
    throw error;
  });
  return {
    fakes,
    ...bff,
    createToken: signToken,
    async close() {
      await bff.close();
      await fakes.close();
    },
  };
}

/** The same with fakes that are running already. */
export async function startBffOver(
  fakes: Fakes,
  env: Readonly<Record<string, string>>,
): Promise<Pick<ScenarioWorld, 'graphqlUrl' | 'close'> & { readonly schema: GraphQLSchema }> {
  const config = readConfig(bffConfig, {
    NODE_ENV: 'test',
    JWT_SECRET: BFF_SECRET,
    FORWARD_BAGGAGE: 'true',
    ORDER_URL: fakes.urls.order,
    CUSTOMER_URL: fakes.urls.customer,
    CATALOG_URL: fakes.urls.catalog,
    // A busy test machine is slow: a response that is only late must not look like a failure.
    PAGE_BUDGET_MS: '15000',
    DOWNSTREAM_TIMEOUT_MS: '10000',
    ...TRUSTED,
    ...env,
  });
  const app = await startBff(config, { port: 0, quiet: true });
  return {
    graphqlUrl: `${await app.getUrl()}/graphql`,
    schema: app.get(GraphQLSchemaHost).schema,
    close: () => app.close(),
  };
}

/** A token of a customer, with more claims. */
export function signToken(customerId: string, claims: Readonly<Record<string, unknown>> = {}): Promise<string> {
  return new SignJWT(claims)
    .setProtectedHeader({ alg: 'HS256' })
    .setSubject(customerId)
    .setExpirationTime('1h')
    .sign(new TextEncoder().encode(BFF_SECRET));
}

/** Every downstream call of a scenario as `service.operation`, in order of arrival. */
export function listCalls(t: ScenarioScope): string[] {
  return t.callLog.calls.map(({ service, operation }) => `${service}.${operation ?? ''}`);
}

const usd = (amount: string) => ({ amount, currency: 'USD' });

/** A product with 10 units in stock, whose price is its id in dollars. */
export function product(id: string, more: Partial<Product> = {}): Product {
  return {
    id,
    categoryId: 'kitchen',
    name: `Product ${id}`,
    packaging: 'box',
    supplier: 'Babbage',
    price: usd(`${id}.00`),
    onHand: 10,
    reserved: 0,
    sold: 0,
    discontinued: false,
    ...more,
  };
}

/** Products 1, 2, 3 and so on. */
export function products(count: number): Product[] {
  return Array.from({ length: count }, (_, index) => product(String(index + 1)));
}

/** A confirmed order of ada's with `lineCount` lines, each of one unit of another product: 1, 2, 3 and so on. */
export function order(id: string, lineCount: number, placedAt = '2026-02-03T04:05:06.000Z'): Order {
  const lines = Array.from({ length: lineCount }, (_, index) => ({
    productId: String(index + 1),
    quantity: 1,
    discountPercent: 0,
    unitPrice: usd('1.00'),
    lineTotal: usd('1.00'),
  }));
  return {
    id,
    customerId: 'ada',
    status: 'CONFIRMED',
    reason: null,
    placedAt,
    lines,
    paymentMethodId: 'ada-card',
    total: usd(`${lineCount}.00`),
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
