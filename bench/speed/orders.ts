import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { createOrderSaga, SERVICES } from '@bff/contracts';
import { registerWorker } from '@bff/saga';
import { Fakes, shopSeed } from '@bff/fakes';
import { SignJWT } from 'jose';
import { isFree } from '../../tools/stack/ports.js';
import { findProjectRoot } from '../../tools/stack/project.js';
import { startStack } from '../../tools/stack/stack.js';
import type { Stack } from '../../tools/stack/stack.js';
import { formatFigure, computeMedian } from '../support/quantile.js';
import { ROUNDS, WARM_UP_SECONDS } from './contest.js';
import { findFreePort } from './gateway.js';
import { readCpuMsOfTree } from './process-tree.js';
import type { Section } from './section.js';
import { hashQuery, writeManifest } from './shop-gateway.js';
import { createTemporaryFolder } from '../../tools/stack/temporary-folder.js';

const SECRET = 'a secret that only the benches know, of some length';
const AT_ONCE = 16;
const SECONDS = 6;
const ONE_BY_ONE = 60;

const toUsd = (amount: string) => ({ amount, currency: 'USD' });

/** Cheap products with ample stock, and a card with a high limit. */
const seed = {
  ...shopSeed,
  catalog: {
    ...shopSeed.catalog,
    products: shopSeed.catalog.products.map((product) => ({ ...product, price: toUsd('0.01'), onHand: 1_000_000 })),
  },
  customer: {
    ...shopSeed.customer,
    customers: shopSeed.customer.customers.map((customer) => ({
      ...customer,
      paymentMethods: customer.paymentMethods.map((method) => ({
        ...method,
        limit: toUsd('1000000.00'),
        available: toUsd('1000000.00'),
      })),
    })),
  },
};

const REQUEST = {
  customerId: 'ada',
  shippingAddressId: 'ada-home',
  paymentMethodId: 'ada-card',
  lines: [{ productId: 'mug', quantity: 1 }],
};

interface Way {
  readonly name: string;
  /** The number of measured orders. */
  orders: number;
  /** Places one order, and resolves when it is confirmed. */
  readonly order: () => Promise<void>;
  readonly perSecond: number[];
  readonly p50: number[];
  /** Milliseconds of CPU that an order took, by the process that they were spent in, one entry for each round. */
  readonly cpuMs: Readonly<Record<Part, number[]>>;
}

/** Processes that an order keeps busy; the bare handler, too, is a worker, and who lets its clients in a front. */
const PARTS = ['engine', 'worker', 'database', 'front'] as const;
type Part = (typeof PARTS)[number];

const createWay = (name: string, order: Way['order']): Way => ({
  name,
  order,
  orders: 0,
  perSecond: [],
  p50: [],
  cpuMs: { engine: [], worker: [], database: [], front: [] },
});

const MUTATION = 'mutation ($input: CreateOrderInput!) { createOrder(input: $input) { __typename } }';

/** Orders from end to end: the mutation, and the bare handler over the same engine and the same services. */
export async function measureOrders(): Promise<Section> {
  const dataDir = createTemporaryFolder('bench');
  const fakes = await Fakes.start({ seed, unknownScopes: 'create' });
  const urls = { ORDER_URL: fakes.urls.order, CUSTOMER_URL: fakes.urls.customer, CATALOG_URL: fakes.urls.catalog };
  const stack = await startStack({
    dataDir,
    ports: 'free',
    without: SERVICES,
    env: {
      NODE_ENV: 'production',
      JWT_SECRET: SECRET,
      METRICS_TOKEN: SECRET,
      TRUSTED_DOCUMENTS: writeManifest(MUTATION),
      ...urls,
    },
  });
  const started: ChildProcess[] = [];
  try {
    const bare = await startBare('bare-order', urls, started);
    await registerWorker(stack.urls.engineAdmin, bare.url);
    const front = await startBare('bare-front', { INGRESS: stack.urls.engineIngress }, started);
    const ways = await createWays(stack, front.url);
    const readCpuMs = (part: Part): number => {
      const pids = {
        engine: [stack.pid('engine')],
        database: [stack.pid('postgres')],
        worker: [stack.pid('orchestrator'), bare.pid],
        front: [stack.pid('bff'), front.pid],
      };
      return pids[part].map((pid) => readCpuMsOfTree(pid ?? NaN)).reduce((sum, ms) => sum + ms);
    };
    for (const way of ways) await runConcurrently(way, WARM_UP_SECONDS);
    for (let round = 1; round <= ROUNDS; round++)
      for (const way of ways) {
        process.stderr.write(`orders, round ${round} of ${ROUNDS}: ${way.name}\n`);
        const before = PARTS.map(readCpuMs);
        const perSecond = await runConcurrently(way, SECONDS);
        for (const [nth, part] of PARTS.entries())
          way.cpuMs[part].push((readCpuMs(part) - (before[nth] ?? NaN)) / (perSecond * SECONDS));
        way.perSecond.push(perSecond);
        way.p50.push(await runOneByOne(way));
        way.orders += Math.round(perSecond * SECONDS) + ONE_BY_ONE;
      }
    return { text: formatTable(ways), mistakes: [] };
  } finally {
    for (const child of started) child.kill('SIGKILL');
    await stack.stop();
    await fakes.close();
    await rm(dataDir, { recursive: true, force: true });
  }
}

/** The same orders, begun in each way. */
async function createWays(stack: Stack, frontUrl: string): Promise<readonly Way[]> {
  const token = await new SignJWT({})
    .setProtectedHeader({ alg: 'HS256' })
    .setSubject('ada')
    .setExpirationTime('2h')
    .sign(new TextEncoder().encode(SECRET));
  return [
    createWay('a bare Restate handler, by the engine', () =>
      post(`${stack.urls.engineIngress}/BareOrder/${randomUUID()}/run`, REQUEST, '-'),
    ),
    createWay('this saga, by the engine', () =>
      post(
        `${stack.urls.engineIngress}/${createOrderSaga.name}/${randomUUID()}/run`,
        { request: REQUEST, fingerprint: 'bench' },
        'completed',
      ),
    ),
    createWay('a bare Restate handler, behind node:http', () =>
      post(frontUrl, { id: randomUUID(), request: REQUEST }, '-'),
    ),
    createWay('this BFF, createOrder', () => createOrder(stack, token)),
  ];
}

/** Starts a bare replacement of the product, on a port of its own. */
async function startBare(name: string, env: Readonly<Record<string, string>>, started: ChildProcess[]) {
  const port = await findFreePort();
  const child = spawn(process.execPath, [join(findProjectRoot(), `dist/bench/speed/${name}.js`)], {
    env: { ...process.env, ...env, PORT: String(port), NODE_ENV: 'production' },
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  started.push(child);
  while (await isFree(port)) {
    if (child.exitCode !== null) throw new Error(`${name} does not start`);
    await sleep(20);
  }
  return { pid: child.pid, url: `http://127.0.0.1:${port}` };
}

function createOrder(stack: Stack, token: string): Promise<void> {
  const { customerId: _viewer, ...rest } = REQUEST;
  const input = { ...rest, idempotencyKey: randomUUID(), waitMs: 10_000 };
  return post(stack.urls.graphql, { documentId: hashQuery(MUTATION), variables: { input } }, 'OrderConfirmed', token);
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
async function runConcurrently({ order }: Way, seconds: number): Promise<number> {
  const began = performance.now();
  let orders = 0;
  const buyInTurn = async (): Promise<void> => {
    while (performance.now() - began < seconds * 1_000) {
      await order();
      orders += 1;
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, buyInTurn));
  return (orders * 1_000) / (performance.now() - began);
}

/** The median, in milliseconds, of orders one after the other. */
async function runOneByOne({ order }: Way): Promise<number> {
  const times: number[] = [];
  for (let nth = 0; nth < ONE_BY_ONE; nth++) {
    const began = performance.now();
    await order();
    times.push(performance.now() - began);
  }
  return computeMedian(times);
}

type Measure = (way: Way) => readonly number[];

/** The median of the rounds' ratios of two ways. */
function formatRatio(of: Measure, way: Way | undefined, to: Way | undefined): string {
  const ratios = way && of(way).map((value, round) => value / ((to && of(to)[round]) ?? NaN));
  return formatFigure(computeMedian(ratios ?? []), 2);
}

const getPerSecond: Measure = (way) => way.perSecond;
const getP50: Measure = (way) => way.p50;

function formatTable(ways: readonly Way[]): string {
  const [bare, , fronted, bff] = ways;
  const lines = ways.map((way) => {
    const cells = [
      `${way.name}, ${way.orders} orders`,
      formatFigure(computeMedian(way.perSecond)),
      formatRatio(getPerSecond, way, bare),
      formatFigure(computeMedian(way.p50), 1),
      formatRatio(getP50, way, bare),
      ...PARTS.map((part) => formatFigure(computeMedian(way.cpuMs[part]), 1)),
    ];
    return `| ${cells.join(' | ')} |`;
  });
  const head = ['way', 'orders/s', 'of the bare handler', 'p50 ms, one by one', 'of the bare handler'];
  const parts = PARTS.map((part) => `CPU ms: ${part}`);
  return [
    '## createOrder',
    '',
    `Nine calls of three services, ${AT_ONCE} orders at once, then one after the other. The bare handler makes the same calls, each in a durable step of its own, one after the other, and nothing else: no undo, timeline, versions or operators; it is called at the engine, and once more behind a server that does nothing but let clients in. The saga asks the customer service and the catalog at once, as it begins, so that it has eight. The saga is what the mutation starts and waits for. The CPU is that of one order; the services and the load, the same for all, have more beside it.`,
    '',
    `| ${[...head, ...parts].join(' | ')} |`,
    `|${'---|'.repeat(head.length + parts.length)}`,
    ...lines,
    '',
    `With a front before both, createOrder has ${formatRatio(getPerSecond, bff, fronted)} of the throughput of the bare handler, and ${formatRatio(getP50, bff, fronted)} of its p50.`,
    '',
  ].join('\n');
}
