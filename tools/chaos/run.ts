import { rm } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { SERVICES } from '@bff/contracts';
import { signToken } from '../stack/secrets.js';
import { startStack } from '../stack/stack.js';
import type { Stack } from '../stack/stack.js';
import type { ActBook } from './act-books.js';
import { buy } from './buyers.js';
import type { Ask, FinalAnswer, Market, Purchase } from './buyers.js';
import { ChaosProxy } from './chaos.proxy.js';
import type { Finding } from './finding.js';
import { Killer } from './killer.js';
import type { Blow } from './killer.js';
import { Random } from './random.js';
import { countDeliveries, checkBooks, lookBefore, findUnfinished } from './verdict.js';
import type { Stores } from './verdict.js';
import { createTemporaryFolder } from '../stack/temporary-folder.js';

export interface ChaosOptions {
  readonly orders: number;
  readonly seed: number;
  /** The engine is three nodes instead of one. */
  readonly cluster?: boolean;
  /** The URL of a PostgreSQL server's admin; the run starts one of its own when there is none. */
  readonly databaseServer?: string;
  /** Books beside the product's, and more environment for every app. */
  readonly books?: readonly ActBook[];
  readonly env?: Readonly<Record<string, string>>;
  readonly onProgress?: (line: string) => void;
}

/** The result of a run. */
export interface ChaosReport {
  readonly seed: number;
  readonly orders: number;
  readonly seconds: number;
  readonly outcomes: ReadonlyMap<string, number>;
  readonly faults: ReadonlyMap<string, number>;
  readonly blows: readonly (Blow & { readonly nextStepMs: number })[];
  readonly deliveries: readonly (readonly [service: string, deliveries: number, effects: number])[];
  readonly findings: readonly Finding[];
  /** Median and largest time until a buyer's first final answer, in milliseconds. */
  readonly answeredMs: readonly [median: number, max: number];
}

const SECRET = 'a secret that only a run of chaos knows, of some length';
const AT_ONCE = 20;
const SETTLES_WITHIN_MS = 180_000;
/** Short timeouts, so that many orders are undone, and late requests arrive after their undo. */
const IMPATIENT = { STEP_TIMEOUT_MS: '600', STEP_RETRY_TIMEOUT_PERCENT: '20' };

/** Lets many buyers order under faults and kills, waits until nothing is in progress, and checks the services' databases. */
export async function runChaos(options: ChaosOptions): Promise<ChaosReport> {
  const { orders, seed, cluster = false, onProgress = () => undefined } = options;
  const random = new Random(seed);
  const dataDir = createTemporaryFolder('chaos');
  const proxies = await Promise.all(SERVICES.map(() => ChaosProxy.start(random.fork())));
  const stack = await startVictims(options, dataDir, proxies).catch((error: unknown) => {
    for (const proxy of proxies) proxy.close();
    throw error;
  });
  const stores = openStores(stack);
  try {
    const market = await openMarket(stores);
    const before = await lookBefore(stores);
    const began = performance.now();
    const killer = new Killer(
      stack,
      random.fork(),
      cluster ? ['engine', 'engine-2', 'engine-3'] : ['engine', 'engine'],
    );
    const killing = killer.run();
    const purchases = await buyAll(orders, seed, market, random.fork(), stack, onProgress);
    killer.end();
    for (const proxy of proxies) proxy.calm = true;
    await killing;
    await Promise.all(proxies.map((proxy) => proxy.settle()));
    await waitUntilQuiet(stores, onProgress);
    const seconds = (performance.now() - began) / 1_000;
    return {
      seed,
      orders,
      seconds,
      outcomes: countOutcomes(purchases),
      faults: countFaults(proxies),
      blows: withNextStep(killer.blows, proxies),
      deliveries: await countDeliveries(stores),
      findings: await checkBooks(stores, before, purchases, options.books),
      answeredMs: spread(purchases.map(({ ms }) => ms)),
    };
  } finally {
    await Promise.all(Object.values(stores).map((pool) => pool.end()));
    await stack.stop();
    for (const proxy of proxies) proxy.close();
    await rm(dataDir, { recursive: true, force: true });
  }
}

/** Two BFFs and two orchestrators, and a proxy before each service. */
async function startVictims(
  { cluster = false, databaseServer, env }: ChaosOptions,
  dataDir: string,
  proxies: readonly ChaosProxy[],
): Promise<Stack> {
  const [orderUrl = '', customerUrl = '', catalogUrl = ''] = proxies.map(({ url }) => url);
  const stack = await startStack({
    dataDir,
    ports: 'free',
    replicas: 2,
    engineNodes: cluster ? 3 : 1,
    ...(databaseServer !== undefined && { databaseServer }),
    env: {
      NODE_ENV: 'development',
      SEED: 'northwind',
      JWT_SECRET: SECRET,
      ...IMPATIENT,
      ORDER_URL: orderUrl,
      CUSTOMER_URL: customerUrl,
      CATALOG_URL: catalogUrl,
      ...env,
    },
  });
  for (const [nth, service] of SERVICES.entries()) {
    const proxy = proxies[nth];
    if (proxy) proxy.target = stack.urls[service];
  }
  return stack;
}

function openStores({ urls }: Stack): Stores {
  const open = (connectionString: string): pg.Pool => {
    const pool = new pg.Pool({ connectionString, max: 2 });
    pool.on('error', () => undefined);
    return pool;
  };
  const { order, customer, catalog, orchestrator } = urls.databases;
  return { order: open(order), customer: open(customer), catalog: open(catalog), orchestrator: open(orchestrator) };
}

/** A few products with little stock, ample stock of the others, and cards that cover everything. */
async function openMarket({ catalog, customer }: Stores): Promise<Market> {
  const products = await catalog.query<{ id: string }>('select id from products where not discontinued order by id');
  const ids = products.rows.map(({ id }) => id);
  const hot = ids.slice(0, 5);
  await catalog.query('update products set on_hand = case when id = any($1) then 30 else 1000000 end', [hot]);
  await customer.query(`update payment_methods set limit_cents = 1000000000000 where id like '%-card'`);
  const customers = await customer.query<{ id: string }>(
    `select id from customers where status = 'ACTIVE' order by id`,
  );
  return { hot, plenty: ids.slice(5), customers: customers.rows.map(({ id }) => id) };
}

async function buyAll(
  orders: number,
  seed: number,
  market: Market,
  random: Random,
  stack: Stack,
  onProgress: (line: string) => void,
): Promise<Purchase[]> {
  const purchases: Purchase[] = [];
  const tokens = new Map<string, Promise<string>>();
  const ask: Ask = async (customerId, mutation, input) => {
    const token = tokens.get(customerId) ?? signToken(SECRET, customerId, { expiresIn: '12h', operator: false });
    tokens.set(customerId, token);
    return send(stack.urls.graphql, await token, mutation, input);
  };
  let nth = 0;
  const buyInTurn = async (): Promise<void> => {
    while (nth < orders) {
      const mine = nth++;
      purchases.push(await buy(mine, seed, market, random.fork(), ask));
      if (purchases.length % 100 === 0) onProgress(`${purchases.length} of ${orders} orders have their answer`);
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, buyInTurn));
  return purchases;
}

const MEMBERS = {
  createOrder: [
    'OrderConfirmed',
    'OrderPending',
    'OutOfStock',
    'PaymentDeclined',
    'PriceChanged',
    'ProductUnavailable',
    'CustomerNotEligible',
    'OrderTimedOut',
    'OrderCancelled',
    'IdempotencyConflict',
  ],
  cancelOrder: ['OrderCancelled', 'CancellationPending', 'OrderNotCancellable', 'OrderNotFound'],
} as const;

const DOCUMENTS = { createOrder: buildDocument('createOrder'), cancelOrder: buildDocument('cancelOrder') };

function buildDocument(mutation: keyof typeof MEMBERS): string {
  const members = MEMBERS[mutation].map((member) => `... on ${member} { orderId }`).join(' ');
  const type = `${mutation.charAt(0).toUpperCase()}${mutation.slice(1)}Input`;
  return `mutation ($input: ${type}!) { ${mutation}(input: $input) { __typename ${members} } }`;
}

/** The answer; undefined when there was none. */
async function send(
  url: string,
  token: string,
  mutation: keyof typeof DOCUMENTS,
  input: object,
): Promise<FinalAnswer | undefined> {
  try {
    const response = await fetch(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
      body: JSON.stringify({ query: DOCUMENTS[mutation], variables: { input } }),
      signal: AbortSignal.timeout(15_000),
    });
    const { data } = (await response.json()) as { data?: Record<typeof mutation, FinalAnswer> | null };
    return data?.[mutation];
  } catch {
    // There was no response: the same request is sent again.
    return undefined;
  }
}

/** Waits until nothing is in progress, or until the timeout. */
async function waitUntilQuiet(stores: Stores, onProgress: (line: string) => void): Promise<void> {
  const until = performance.now() + SETTLES_WITHIN_MS;
  for (
    let left = await findUnfinished(stores);
    left.length > 0 && performance.now() < until;
    left = await findUnfinished(stores)
  ) {
    onProgress(`${left.length} things are still in progress`);
    await sleep(1_000);
  }
}

function countOutcomes(purchases: readonly Purchase[]): ReadonlyMap<string, number> {
  return countNames(
    purchases.flatMap(({ answers, cancellation }) => [
      answers[0]?.__typename ?? 'no answer',
      ...(cancellation === undefined ? [] : [`cancelling: ${cancellation?.__typename ?? 'no answer'}`]),
    ]),
  );
}

function countFaults(proxies: readonly ChaosProxy[]): ReadonlyMap<string, number> {
  return countNames(
    proxies.flatMap(({ faults }) => [...faults].flatMap(([fault, count]) => Array<string>(count).fill(fault))),
  );
}

function countNames(names: readonly string[]): ReadonlyMap<string, number> {
  return new Map([...Map.groupBy(names, (name) => name)].map(([name, all]) => [name, all.length]));
}

/** The time from a kill or pause until the next response to a write of any saga. */
function withNextStep(blows: readonly Blow[], proxies: readonly ChaosProxy[]): (Blow & { nextStepMs: number })[] {
  const answered = proxies.flatMap((proxy) => proxy.answered).sort((a, b) => a - b);
  return blows.map((blow) => ({ ...blow, nextStepMs: (answered.find((at) => at > blow.at) ?? NaN) - blow.at }));
}

/** The median and the largest. */
export function spread(numbers: readonly number[]): readonly [median: number, max: number] {
  const sorted = numbers.filter((number) => !Number.isNaN(number)).sort((a, b) => a - b);
  return [sorted[Math.floor(sorted.length / 2)] ?? NaN, sorted.at(-1) ?? NaN];
}
