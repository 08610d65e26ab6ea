import { rm } from 'node:fs/promises';
import { SERVICES } from '@bff/contracts';
import type { ServiceName } from '@bff/contracts';
import { toRequestBody, testServerUrl } from '@bff/testing';
import pg from 'pg';
import { startStack } from '../../tools/stack/stack.js';
import type { Stack } from '../../tools/stack/stack.js';
import { startProxy } from './proxy.js';
import type { Proxy } from './proxy.js';
import { SECRET, createToken } from './token.js';
import { createTemporaryFolder } from '../../tools/stack/temporary-folder.js';

/** A GraphQL answer. */
export interface GraphQLAnswer {
  readonly status: number;
  readonly data: Data;
  readonly errors: readonly GraphQLAnswerError[] | undefined;
}

export interface GraphQLAnswerError {
  readonly message: string;
  readonly path?: readonly (string | number)[];
  readonly extensions: Readonly<Record<string, unknown>>;
}

/** Answers are compared whole; their shape is each test's own. */
export type Data = Readonly<Record<string, unknown>> | null;

/** The whole product in processes of its own, with a proxy before each service. */
export interface World {
  readonly stack: Stack;
  readonly proxies: Readonly<Record<ServiceName, Proxy>>;
  /** Sends a request as a customer, or without a token. */
  ask(customerId: string | null, query: string, variables?: object): Promise<GraphQLAnswer>;
  /** Asks with an Authorization header of any kind. */
  askWith(headers: Readonly<Record<string, string>>, body: unknown): Promise<GraphQLAnswer>;
  createToken(customerId: string, expiresIn?: string): Promise<string>;
  /** Reads a service's own database. */
  rows(service: ServiceName, sql: string, values?: readonly unknown[]): Promise<Record<string, unknown>[]>;
  /** The number of downstream calls of an action. */
  countCalls(action: () => Promise<unknown>): Promise<number>;
  close(): Promise<void>;
}

export async function startWorld(env: Readonly<Record<string, string>> = {}): Promise<World> {
  const dataDir = createTemporaryFolder('e2e');
  const proxies = { order: await startProxy(), customer: await startProxy(), catalog: await startProxy() };
  const stack = await startStack({
    dataDir,
    ports: 'free',
    databaseServer: testServerUrl(),
    env: {
      JWT_SECRET: SECRET,
      ORDER_URL: proxies.order.url,
      CUSTOMER_URL: proxies.customer.url,
      CATALOG_URL: proxies.catalog.url,
      // Processes of a busy test machine are slow: a page that is only late must not look like one that is broken.
      PAGE_BUDGET_MS: '5000',
      // These tests expect missing data, not stale data.
      CATALOG_STALE_MS: '0',
      ...env,
    },
  });
  for (const service of SERVICES) proxies[service].target = stack.urls[service];
  const pools = Object.fromEntries(
    Object.entries(stack.urls.databases).map(([name, url]) => [name, new pg.Pool({ connectionString: url, max: 2 })]),
  );
  const countCalls = () => Object.values(proxies).reduce((count, proxy) => count + proxy.calls.length, 0);
  const world: World = {
    stack,
    proxies,
    createToken,
    async ask(customerId, query, variables = {}) {
      const headers = customerId === null ? {} : { authorization: `Bearer ${await createToken(customerId)}` };
      return world.askWith(headers, toRequestBody(query, variables));
    },
    askWith: (headers, body) => post(stack.urls.graphql, headers, body),
    async rows(service, sql, values = []) {
      const pool = pools[service];
      if (!pool) throw new Error(`There is no database of ${service}`);
      const result = await pool.query<Record<string, unknown>>(sql, [...values]);
      return result.rows;
    },
    async countCalls(action) {
      const before = countCalls();
      await action();
      return countCalls() - before;
    },
    async close() {
      await Promise.all(Object.values(pools).map((pool) => pool.end()));
      await stack.stop();
      await Promise.all(Object.values(proxies).map((proxy) => proxy.close()));
      await rm(dataDir, { recursive: true, force: true });
    },
  };
  return world;
}

async function post(url: string, headers: Readonly<Record<string, string>>, body: unknown): Promise<GraphQLAnswer> {
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: typeof body === 'string' ? body : JSON.stringify(body),
  });
  const answer = (await response.json()) as { data?: Data; errors?: readonly GraphQLAnswerError[] };
  return { status: response.status, data: answer.data ?? null, errors: answer.errors };
}

/** Polls until a condition holds. Fails with the last value. */
export async function waitFor<T>(look: () => Promise<T>, holds: (seen: T) => boolean, withinMs = 20_000): Promise<T> {
  const until = Date.now() + withinMs;
  for (;;) {
    const seen = await look();
    if (holds(seen)) return seen;
    if (Date.now() > until)
      throw new Error(`The condition was not met within ${withinMs} ms; last seen: ${JSON.stringify(seen)}`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}
