import { randomUUID } from 'node:crypto';
import { rm } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { SERVICES } from '@bff/contracts';
import { Fakes, shopSeed } from '@bff/fakes';
import type { Scope } from '@bff/fakes';
import { SignJWT } from 'jose';
import { startStack } from '../../tools/stack/stack.js';
import type { Stack } from '../../tools/stack/stack.js';
import { formatLine, measurePauses, measureResumptions, measureRetries } from './failover.cases.js';
import type { Write } from './failover.cases.js';
import { createTemporaryFolder } from '../../tools/stack/temporary-folder.js';

/**
 * How soon sagas resume: when one of two orchestrators is killed under load, those that it executed; and when the engine is
 * killed, everything in flight, counted from when it is ready again. Seen from the services: the next call of an order.
 */
const SECRET = 'a secret that only the benches know, of some length';
const BUYERS = 16;
const KILLS = 12;
const ENGINE_KILLS = 6;
/** Latency of every write, so that every saga has a call in flight at the kill. */
const STEP_MS = 40;

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

const token = await new SignJWT({})
  .setProtectedHeader({ alg: 'HS256' })
  .setSubject('ada')
  .setExpirationTime('1h')
  .sign(new TextEncoder().encode(SECRET));

/** True when the order was confirmed. A BFF cannot start an order either while everything is down. */
async function placeOrder(stack: Stack): Promise<boolean> {
  const input = {
    idempotencyKey: randomUUID(),
    shippingAddressId: 'ada-home',
    paymentMethodId: 'ada-card',
    waitMs: 10_000,
    lines: [{ productId: 'mug', quantity: 1 }],
  };
  const query = 'mutation ($input: CreateOrderInput!) { createOrder(input: $input) { __typename } }';
  return fetch(stack.urls.graphql, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
    body: JSON.stringify({ query, variables: { input } }),
  })
    .then(async (response) => (await response.text()).includes('"OrderConfirmed"'))
    .catch(() => false);
}

function findWrites(scope: Scope, began: number): readonly Write[] {
  return scope.callLog.calls
    .filter(({ method, path }) => method !== 'GET' && path.split('/').length > 2)
    .map(({ method, path, request, atMs, ms }) => {
      const until = ms === null ? Infinity : began + atMs + ms;
      const delivery = `${method} ${path} ${request?.idempotencyKey ?? ''}`;
      return { orderId: path.split('/')[2] ?? '', delivery, at: began + atMs, until };
    });
}

/** Throws when nothing was measured. */
function say(what: string, kills: readonly (readonly number[])[], { confirmed }: Loaded): void {
  process.stdout.write(`${formatLine(what, kills, confirmed())}\n`);
}

interface Loaded {
  readonly stack: Stack;
  /** The writes that the services have received. */
  readonly writes: () => readonly Write[];
  /** The number of confirmed orders. */
  readonly confirmed: () => number;
}

/** Measures something while many buyers order, over fakes of the services. */
async function withLoad(engineNodes: 1 | 3, measure: (loaded: Loaded) => Promise<void>): Promise<void> {
  const fakes = await Fakes.start({ seed, unknownScopes: 'create' });
  const scope = fakes.getOrBeginScope('default');
  const dataDir = createTemporaryFolder('failover');
  const stack = await startStack({
    dataDir,
    ports: 'free',
    replicas: 2,
    engineNodes,
    without: SERVICES,
    env: {
      NODE_ENV: 'development',
      JWT_SECRET: SECRET,
      STEP_TIMEOUT_MS: '5000',
      ORDER_URL: fakes.urls.order,
      CUSTOMER_URL: fakes.urls.customer,
      CATALOG_URL: fakes.urls.catalog,
    },
  });
  await fetch(`${fakes.urls.catalog}/categories`);
  const began = performance.now() - (scope.callLog.calls.at(-1)?.atMs ?? 0);
  for (const service of SERVICES)
    scope.rules.add(
      { service, where: ({ idempotencyKey }) => idempotencyKey !== '' },
      { faults: [{ latency: STEP_MS }] },
      false,
    );
  let loading = true;
  let confirmed = 0;
  const buying = Array.from({ length: BUYERS }, async () => {
    while (loading) if (await placeOrder(stack)) confirmed += 1;
  });
  try {
    await sleep(3_000);
    await measure({ stack, writes: () => findWrites(scope, began), confirmed: () => confirmed });
  } finally {
    loading = false;
    await Promise.all(buying);
    await stack.stop();
    await fakes.close();
    await rm(dataDir, { recursive: true, force: true });
  }
}

async function killOrchestrators(loaded: Loaded): Promise<void> {
  const { stack, writes } = loaded;
  const failovers: number[][] = [];
  for (let nth = 0; nth < KILLS; nth++) {
    const victim = nth % 2 === 0 ? 'orchestrator' : 'orchestrator-2';
    const at = performance.now();
    await stack.kill(victim);
    const ended = performance.now();
    await sleep(1_500);
    failovers.push(measureRetries(writes(), { at, ended }));
    await stack.start(victim);
    await sleep(1_000);
  }
  say(`One of two orchestrators killed ${KILLS} times, ${BUYERS} orders at a time`, failovers, loaded);
}

async function killEngine(loaded: Loaded): Promise<void> {
  const { stack, writes } = loaded;
  const restarts: number[][] = [];
  for (let nth = 0; nth < ENGINE_KILLS; nth++) {
    const at = performance.now();
    await stack.kill('engine');
    const hit = writes().filter((write) => write.until >= at - 200);
    await stack.start('engine');
    const up = performance.now();
    await sleep(3_000);
    restarts.push(measureResumptions(writes(), new Set(hit.map(({ orderId }) => orderId)), up));
  }
  say(`The engine killed ${ENGINE_KILLS} times; from when it is ready again`, restarts, loaded);
}

async function killNodes(loaded: Loaded): Promise<void> {
  const { stack, writes } = loaded;
  const all: number[][] = [];
  for (let nth = 0; nth < ENGINE_KILLS; nth++) {
    const victim = (['engine', 'engine-2', 'engine-3'] as const)[nth % 3] ?? 'engine';
    const at = performance.now();
    await stack.kill(victim);
    await sleep(12_000);
    all.push(measurePauses(writes(), at));
    await stack.start(victim);
    await sleep(3_000);
  }
  say(`One of three engine nodes killed ${ENGINE_KILLS} times; the pause of each order in progress`, all, loaded);
}

await withLoad(1, async (loaded) => {
  await killOrchestrators(loaded);
  await killEngine(loaded);
});
await withLoad(3, killNodes);
