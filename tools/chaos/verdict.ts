import type pg from 'pg';
import { SERVICES } from '@bff/contracts';
import type { ApiName } from '@bff/contracts';
import type { FinalAnswer, Purchase } from './buyers.js';
import { ACT_BOOKS, checkActs, findOpen, readBooks as readActs } from './act-books.js';
import type { ActBook } from './act-books.js';
import { checkRule } from './finding.js';
import type { Finding } from './finding.js';
import { readTimelines, checkTimelines } from './timeline-rules.js';
import type { StoredTimeline } from './timeline-rules.js';

/** The services' own databases, and the orchestrator's. */
export type Stores = Readonly<Record<ApiName, pg.Pool>>;

/** The state before the first order. */
export interface Before {
  /** By product, the sum of its units on hand, held and sold. */
  readonly units: ReadonlyMap<string, number>;
  /** In cents. */
  readonly captured: number;
}

type Row = Readonly<Record<string, string>>;

async function queryRows(pool: pg.Pool, sql: string): Promise<readonly Row[]> {
  return (await pool.query<Row>(sql)).rows;
}

/** Of each row, its first column and its second. */
async function queryPairs(pool: pg.Pool, sql: string): Promise<ReadonlyMap<string, string>> {
  return new Map((await queryRows(pool, sql)).map((row) => Object.values(row) as [string, string]));
}

/** Orders of a run have ids of their own kind: those of the sample data are numbers. */
const OURS = `like '%-%-%'`;

const MONEY = `select sum(captured_cents)::text as captured, sum(authorised_cents)::text as held from payment_methods`;

export async function lookBefore({ catalog, customer }: Stores): Promise<Before> {
  const products = await queryPairs(catalog, 'select id, (on_hand + reserved + sold)::text from products');
  const [money] = await queryRows(customer, MONEY);
  return {
    units: new Map([...products].map(([id, units]) => [id, Number(units)])),
    captured: Number(money?.['captured']),
  };
}

/** What is still in progress, as text; empty when everything has ended. */
export async function findUnfinished(stores: Stores): Promise<string[]> {
  const acts = findOpen(await readActs(stores, ACT_BOOKS));
  const sagas = await queryRows(
    stores.orchestrator,
    `select 'saga ' || id || ' is ' || status as what from saga_views where ended_at is null`,
  );
  return [...acts, ...sagas.map(({ what = '' }) => what)];
}

/** The services' databases at the end; the engine is not asked. */
interface Books {
  readonly orders: ReadonlyMap<string, string>;
  /** By order, the status of its CreateOrder saga, and of its CancelOrder saga. */
  readonly sagas: ReadonlyMap<string, string>;
  readonly cancellations: ReadonlyMap<string, string>;
  /** By order, when it was undone at the customer, at the catalog and at the order service. */
  readonly undone: readonly ReadonlyMap<string, string>[];
  readonly products: readonly Row[];
  readonly captured: number;
  readonly held: number;
  readonly sold: number;
  readonly timelines: readonly StoredTimeline[];
}

async function readBooks({ order, customer, catalog, orchestrator }: Stores): Promise<Books> {
  const tombstones = `select id, extract(epoch from created_at)::text from tombstones`;
  const [money] = await queryRows(customer, MONEY);
  const [sales] = await queryRows(
    order,
    `select coalesce(sum(total_cents), 0)::text as sold from orders where status = 'CONFIRMED' and id ${OURS}`,
  );
  return {
    orders: await queryPairs(order, `select id, status from orders where id ${OURS}`),
    sagas: await queryPairs(orchestrator, `select id, status from saga_views where saga = 'CreateOrder'`),
    cancellations: await queryPairs(orchestrator, `select id, status from saga_views where saga = 'CancelOrder'`),
    undone: await Promise.all([customer, catalog, order].map((pool) => queryPairs(pool, tombstones))),
    products: await queryRows(
      catalog,
      'select id, on_hand::text, reserved::text, (on_hand + reserved + sold)::text as units from products',
    ),
    captured: Number(money?.['captured']),
    held: Number(money?.['held']),
    sold: Number(sales?.['sold']),
    timelines: await readTimelines(orchestrator),
  };
}

/** Checks the databases, and the answers to buyers, against every rule. */
export async function checkBooks(
  stores: Stores,
  before: Before,
  purchases: readonly Purchase[],
  more: readonly ActBook[] = [],
): Promise<Finding[]> {
  const books = await readBooks(stores);
  const acts = await readActs(stores, [...ACT_BOOKS, ...more]);
  const left = await findUnfinished(stores);
  return [
    ...checkStockAndMoney(books, before),
    { rule: 'nothing is unfinished', cases: books.sagas.size, violations: left },
    ...checkUndoing(books),
    ...checkActs(books.orders, acts),
    ...checkAnswers(books, purchases),
    ...checkTimelines(books.timelines),
  ];
}

function checkStockAndMoney({ products, captured, held, sold }: Books, before: Before): Finding[] {
  const taken = captured - before.captured;
  const formatProduct = ({ id = '' }: Row) => `product ${id}`;
  return [
    checkRule(
      'every unit is on hand, held or sold',
      products,
      (row) => Number(row['units']) === before.units.get(row['id'] ?? ''),
      formatProduct,
    ),
    checkRule(
      'no stock is below 0, and none is held at the end',
      products,
      (row) => Number(row['on_hand']) >= 0 && Number(row['reserved']) === 0,
      formatProduct,
    ),
    {
      rule: 'the money taken is the sum of the confirmed orders, and none is held',
      cases: sold > 0 ? 1 : 0,
      violations: taken === sold && held === 0 ? [] : [`${taken} was taken for ${sold}, and ${held} is held`],
    },
  ];
}

function checkUndoing({ orders, undone }: Books): Finding[] {
  const findOrders = (status: string) => [...orders].filter(([, one]) => one === status).map(([id]) => id);
  const findTimes = (id: string) => undone.flatMap((at) => at.get(id) ?? []).map(Number);
  const isKept = (id: string) => !undone.some((at) => at.has(id));
  return [
    checkRule('the newest was undone first', findOrders('REJECTED'), (id) => isAscending(findTimes(id)), String),
    checkRule('nothing was undone after the pivot', findOrders('CONFIRMED'), isKept, String),
  ];
}

function checkAnswers({ orders, sagas, cancellations }: Books, purchases: readonly Purchase[]): Finding[] {
  const given = purchases.flatMap((purchase) => purchase.answers);
  const asked = new Set(given.map(({ orderId }) => orderId));
  // A cancelled order may have been confirmed before.
  const isOnceConfirmed = (id: string) => ['CONFIRMED', 'CANCELLED'].includes(orders.get(id) ?? '');
  const regrets = purchases.flatMap(({ cancellation }) => (cancellation === undefined ? [] : [cancellation]));
  const isCancelled = (id: string) => regrets.some((one) => one?.orderId === id);
  const cancelledOrders = [...orders.keys()].filter((id) => orders.get(id) === 'CANCELLED');
  return [
    checkRule('every order was asked for', [...orders.keys()], (id) => asked.has(id), String),
    checkRule('every buyer got a final answer, the same each time', purchases, isSteady, JSON.stringify),
    checkRule(
      'every answer is the final state',
      given,
      (one) => isFinal(one, orders.get(one.orderId)),
      (one) => `${JSON.stringify(one)}, and the order is ${orders.get(one.orderId) ?? 'not there'}`,
    ),
    checkRule('who cancelled has no order', regrets, (one) => isRight(one, orders), JSON.stringify),
    checkRule('no buyer lost an order without cancelling it', cancelledOrders, isCancelled, String),
    checkRule(
      'the same key with other input is a conflict',
      purchases.filter(({ conflict }) => conflict !== undefined),
      ({ conflict }) => conflict === 'IdempotencyConflict',
      JSON.stringify,
    ),
    checkRule(
      'every timeline ends as the order did',
      given.map(({ orderId }) => orderId),
      (id) => isOnceConfirmed(id) === (sagas.get(id) === 'COMPLETED'),
      (id) => `order ${id}`,
    ),
    checkRule(
      'the timeline of every cancellation ends as its answer said',
      regrets.filter((one) => one !== null),
      (one) => (one.__typename === 'OrderCancelled') === (cancellations.get(one.orderId) === 'COMPLETED'),
      ({ orderId }) => `order ${orderId}`,
    ),
  ];
}

/** Whether a buyer got one final answer; one who cancels may get one from before and one from after the cancellation. */
function isSteady({ answers: all, cancellation }: Purchase): boolean {
  const formatAnswer = ({ __typename, orderId }: FinalAnswer) => {
    const isBefore = cancellation !== undefined && __typename === 'OrderConfirmed';
    return `${isBefore ? 'OrderCancelled' : __typename} ${orderId}`;
  };
  return new Set(all.map(formatAnswer)).size === 1;
}

/** Whether an answer matches the order's status; a confirmed order may have been cancelled later. */
function isFinal({ __typename }: FinalAnswer, status: string | undefined): boolean {
  if (__typename === 'OrderConfirmed') return status === 'CONFIRMED' || status === 'CANCELLED';
  if (__typename === 'OrderCancelled') return status !== 'CONFIRMED' && status !== 'PENDING';
  return status === 'REJECTED' || status === undefined;
}

/** Whether the answer to a cancellation matches the order's status. */
function isRight(answer: FinalAnswer | null, orders: Books['orders']): boolean {
  const status = orders.get(answer?.orderId ?? '');
  // An order that was stopped before it was opened does not exist.
  if (answer?.__typename === 'OrderCancelled') return ['CANCELLED', 'REJECTED', undefined].includes(status);
  return answer?.__typename === 'OrderNotCancellable' && ['REJECTED', undefined].includes(status);
}

function isAscending(times: readonly number[]): boolean {
  return times.every((time, nth) => nth === 0 || time >= (times[nth - 1] ?? time));
}

/** The number of deliveries of writes to each service, and of their effects. */
export function countDeliveries(
  stores: Stores,
): Promise<readonly (readonly [service: string, deliveries: number, effects: number])[]> {
  const count = 'select coalesce(sum(deliveries), 0)::text as arrived, count(*)::text as effects from idempotency_keys';
  return Promise.all(
    SERVICES.map(async (service) => {
      const [row] = await queryRows(stores[service], count);
      return [service, Number(row?.['arrived']), Number(row?.['effects'])] as const;
    }),
  );
}
