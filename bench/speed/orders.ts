import { spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { createOrderSaga } from '@bff/contracts';
import { registerWorker } from '@bff/saga';
import { Fakes, shopSeed } from '@bff/fakes';
import { SignJWT } from 'jose';
import { isFree } from '../../tools/ports.js';
import { projectRoot } from '../../tools/project.js';
import { startStack } from '../../tools/stack.js';
import type { Stack } from '../../tools/stack.js';
import { quantile } from '../quantile.js';
import { ROUNDS } from './contest.js';

const SECRET = 'a secret that only the benches know, of some length';
const AT_ONCE = 16;
const SECONDS = 6;
const ONE_BY_ONE = 60;

const usd = (amount: string) => ({ amount, currency: 'USD' });

/** Cheap things without end, and a card without limit. */
const seed = {
  ...shopSeed,
  catalog: {
    ...shopSeed.catalog,
    products: shopSeed.catalog.products.map((product) => ({ ...product, price: usd('0.01'), onHand: 1_000_000 })),
  },
  customer: {
    ...shopSeed.customer,
    customers: shopSeed.customer.customers.map((customer) => ({
      ...customer,
      paymentMethods: customer.paymentMethods.map((method) => ({
        ...method,
        ...{ limit: usd('1000000.00'), available: usd('1000000.00') },
      })),
    })),
  },
};

const REQUEST = {
  ...{ customerId: 'ada', shippingAddressId: 'ada-home', paymentMethodId: 'ada-card' },
  lines: [{ productId: 'mug', quantity: 1 }],
};

interface Way {
  readonly name: string;
  /** Places one order, and comes to an end when it is confirmed. */
  readonly order: () => Promise<void>;
  readonly perSecond: number[];
  readonly p50: number[];
}

/** Orders from end to end: the mutation, and the bare handler over the same engine and the same services. */
export async function ordersReport(): Promise<string> {
  const dataDir = await mkdtemp(join(tmpdir(), 'bff-bench-'));
  const fakes = await Fakes.start({ seed, guests: 'anybody' });
  const urls = { ORDER_URL: fakes.urls.order, CUSTOMER_URL: fakes.urls.customer, CATALOG_URL: fakes.urls.catalog };
  const stack = await startStack({
    ...{ dataDir, ports: 'free', without: ['order', 'customer', 'catalog'] },
    env: { JWT_SECRET: SECRET, ...urls },
  });
  const bare = await startBare(stack, urls);
  try {
    const token = await new SignJWT({})
      .setProtectedHeader({ alg: 'HS256' })
      .setSubject('ada')
      .setExpirationTime('2h')
      .sign(new TextEncoder().encode(SECRET));
    const ways: readonly Way[] = [
      {
        name: 'a bare Restate handler, by the engine',
        order: () => post(`${stack.urls.engineIngress}/BareOrder/${randomUUID()}/run`, REQUEST, '-'),
        ...{ perSecond: [], p50: [] },
      },
      {
        name: 'this saga, by the engine',
        order: () =>
          post(
            `${stack.urls.engineIngress}/${createOrderSaga.name}/${randomUUID()}/run`,
            { request: REQUEST, fingerprint: 'bench' },
            'completed',
          ),
        ...{ perSecond: [], p50: [] },
      },
      {
        name: 'this BFF, createOrder',
        order: () => createOrder(stack, token),
        ...{ perSecond: [], p50: [] },
      },
    ];
    for (const way of ways) await atOnce(way, 2);
    for (let round = 1; round <= ROUNDS; round++)
      for (const way of ways) {
        process.stderr.write(`orders, round ${round} of ${ROUNDS}: ${way.name}\n`);
        way.perSecond.push(await atOnce(way, SECONDS));
        way.p50.push(await oneByOne(way));
      }
    return tableOf(ways);
  } finally {
    bare.kill('SIGKILL');
    await stack.stop();
    await fakes.close();
    await rm(dataDir, { recursive: true, force: true });
  }
}

async function startBare(stack: Stack, urls: Readonly<Record<string, string>>) {
  let port = 14_000;
  while (!(await isFree(port))) port += 1;
  const child = spawn(process.execPath, [join(projectRoot(), 'dist/bench/speed/bare-order.js')], {
    env: { ...process.env, ...urls, PORT: String(port), NODE_ENV: 'production' },
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  while (await isFree(port)) await sleep(20);
  await registerWorker(stack.urls.engineAdmin, `http://127.0.0.1:${port}`);
  return child;
}

function createOrder(stack: Stack, token: string): Promise<void> {
  const { customerId: _viewer, ...rest } = REQUEST;
  const input = { ...rest, idempotencyKey: randomUUID(), waitMs: 10_000 };
  const query = 'mutation ($input: CreateOrderInput!) { createOrder(input: $input) { __typename } }';
  return post(stack.urls.graphql, { query, variables: { input } }, 'OrderConfirmed', token);
}

async function post(url: string, body: object, expected: string, token?: string): Promise<void> {
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...(token !== undefined && { authorization: `Bearer ${token}` }) },
    body: JSON.stringify(body),
  });
  const text = await response.text();
  if (response.status !== 200 || !text.includes(expected))
    throw new Error(`An order failed: ${response.status} ${text}`);
}

/** Orders a second. */
async function atOnce({ order }: Way, seconds: number): Promise<number> {
  const began = performance.now();
  let orders = 0;
  const buyer = async (): Promise<void> => {
    while (performance.now() - began < seconds * 1_000) {
      await order();
      orders += 1;
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, buyer));
  return (orders * 1_000) / (performance.now() - began);
}

/** The median, in milliseconds, of orders one after the other. */
async function oneByOne({ order }: Way): Promise<number> {
  const times: number[] = [];
  for (let nth = 0; nth < ONE_BY_ONE; nth++) {
    const began = performance.now();
    await order();
    times.push(performance.now() - began);
  }
  return quantile(times, 0.5);
}

function tableOf(ways: readonly Way[]): string {
  const median = (numbers: readonly number[]): number => quantile(numbers, 0.5);
  const [bare] = ways;
  const lines = ways.map(({ name, perSecond, p50 }) => {
    const [throughput, latency] = [median(perSecond), median(p50)];
    const ratios = [throughput / median(bare?.perSecond ?? []), latency / median(bare?.p50 ?? [])];
    return `| ${[name, throughput.toFixed(0), ratios[0]?.toFixed(2), latency.toFixed(1), ratios[1]?.toFixed(2)].join(' | ')} |`;
  });
  return [
    '## createOrder',
    '',
    `Nine steps and nine calls of three services, ${AT_ONCE} orders at once, then one after the other. The bare handler makes the same calls as durable steps of the same engine and nothing else: no undo, timeline, versions or operators; it is called at the engine. The saga is what the mutation starts and waits for.`,
    '',
    '| way | orders/s | of the bare handler | p50 ms, one by one | of the bare handler |',
    '|---|---|---|---|---|',
    ...lines,
    '',
  ].join('\n');
}
