import type pg from 'pg';
import type { FinalAnswer, Purchase } from './buyers.js';

/** The services' own databases, and the orchestrator's. */
export type Stores = Readonly<Record<'order' | 'customer' | 'catalog' | 'orchestrator', pg.Pool>>;

/** What was there before the first order. */
export interface Before {
  /** By product, all units, wherever they are. */
  readonly units: ReadonlyMap<string, number>;
  /** In cents. */
  readonly captured: number;
}

/** A thing that must hold, and where it does not. */
export interface Finding {
  readonly rule: string;
  readonly violations: readonly string[];
}

type Row = Readonly<Record<string, string>>;

async function rows(pool: pg.Pool, sql: string): Promise<readonly Row[]> {
  return (await pool.query<Row>(sql)).rows;
}

/** Of each row, its first column and its second. */
async function pairs(pool: pg.Pool, sql: string): Promise<ReadonlyMap<string, string>> {
  return new Map((await rows(pool, sql)).map((row) => Object.values(row) as [string, string]));
}

/** Orders of a run have ids of their own kind: those of the sample data are numbers. */
const OURS = `like '%-%-%'`;

const MONEY = `select sum(captured_cents)::text as captured, sum(authorised_cents)::text as held from payment_methods`;

export async function lookBefore({ catalog, customer }: Stores): Promise<Before> {
  const products = await pairs(catalog, 'select id, (on_hand + reserved + sold)::text from products');
  const [money] = await rows(customer, MONEY);
  return {
    units: new Map([...products].map(([id, units]) => [id, Number(units)])),
    captured: Number(money?.['captured']),
  };
}

/** What is still under way, in words; empty when everything has come to an end. */
export async function unfinished({ order, customer, catalog, orchestrator }: Stores): Promise<string[]> {
  const open = await Promise.all([
    rows(order, `select 'order ' || id || ' is PENDING' as what from orders where status = 'PENDING'`),
    rows(catalog, `select 'stock of ' || order_id || ' is held' as what from reservations where state = 'RESERVED'`),
    rows(customer, `select 'money of ' || order_id || ' is held' as what from payments where state = 'AUTHORISED'`),
    rows(orchestrator, `select 'saga ' || id || ' is ' || status as what from saga_views where ended_at is null`),
  ]);
  return open.flat().map(({ what = '' }) => what);
}

/** What the services' own stores hold at the end; not what the engine says. */
interface Books {
  readonly orders: ReadonlyMap<string, string>;
  readonly reservations: ReadonlyMap<string, string>;
  readonly payments: ReadonlyMap<string, string>;
  /** By order, how its CreateOrder saga stands, and its CancelOrder saga. */
  readonly sagas: ReadonlyMap<string, string>;
  readonly cancellations: ReadonlyMap<string, string>;
  /** By order, when it was undone at the customer, at the catalog and at the order service. */
  readonly undone: readonly ReadonlyMap<string, string>[];
  readonly products: readonly Row[];
  readonly captured: number;
  readonly held: number;
  readonly sold: number;
  /** Sagas whose timeline has a gap, or something twice. */
  readonly torn: readonly string[];
}

async function readBooks({ order, customer, catalog, orchestrator }: Stores): Promise<Books> {
  const tombstones = `select id, extract(epoch from created_at)::text from tombstones`;
  const [money] = await rows(customer, MONEY);
  const [sales] = await rows(
    order,
    `select coalesce(sum(total_cents), 0)::text as sold from orders where status = 'CONFIRMED' and id ${OURS}`,
  );
  const torn = `select saga || ' ' || id as id from saga_facts, jsonb_array_elements(facts) with ordinality as f (fact, nth)
    group by saga, id having max(position + nth - 1) != count(*) or count(*) != count(distinct fact ->> 'key')`;
  return {
    orders: await pairs(order, `select id, status from orders where id ${OURS}`),
    reservations: await pairs(catalog, `select order_id, state from reservations where order_id ${OURS}`),
    payments: await pairs(customer, `select order_id, state from payments where order_id ${OURS}`),
    sagas: await pairs(orchestrator, `select id, status from saga_views where saga = 'CreateOrder'`),
    cancellations: await pairs(orchestrator, `select id, status from saga_views where saga = 'CancelOrder'`),
    undone: await Promise.all([customer, catalog, order].map((pool) => pairs(pool, tombstones))),
    products: await rows(
      catalog,
      'select id, on_hand::text, reserved::text, (on_hand + reserved + sold)::text as units from products',
    ),
    captured: Number(money?.['captured']),
    held: Number(money?.['held']),
    sold: Number(sales?.['sold']),
    torn: (await rows(orchestrator, torn)).map(({ id = '' }) => id),
  };
}

/** Holds the stores, and what buyers were told, against every rule. */
export async function findings(stores: Stores, before: Before, purchases: readonly Purchase[]): Promise<Finding[]> {
  const books = await readBooks(stores);
  const left = await unfinished(stores);
  return [
    ...stockAndMoney(books, before),
    { rule: 'nothing is unfinished', violations: left },
    ...undoing(books),
    ...answers(books, purchases),
  ];
}

function stockAndMoney({ products, captured, held, sold }: Books, before: Before): Finding[] {
  const taken = captured - before.captured;
  const name = ({ id = '' }: Row) => `product ${id}`;
  return [
    rule(
      'every unit is on hand, held or sold',
      products.filter((row) => Number(row['units']) !== before.units.get(row['id'] ?? '')),
      name,
    ),
    rule(
      'no stock is below 0, and none is held at the end',
      products.filter((row) => Number(row['on_hand']) < 0 || Number(row['reserved']) !== 0),
      name,
    ),
    {
      rule: 'the money taken is the sum of the confirmed orders, and none is held',
      violations: taken === sold && held === 0 ? [] : [`${taken} was taken for ${sold}, and ${held} is held`],
    },
  ];
}

function undoing({ orders, reservations, payments, undone }: Books): Finding[] {
  const of = (status: string) => [...orders].filter(([, one]) => one === status).map(([id]) => id);
  const [rejected, confirmed, cancelled] = [of('REJECTED'), of('CONFIRMED'), of('CANCELLED')];
  const stands = (id: string) => [reservations.get(id), payments.get(id)].join(' ');
  const name = (id: string) => `order ${id}: ${stands(id)}`;
  const isUndone = (id: string) =>
    ['RELEASED', undefined].includes(reservations.get(id)) && ['VOIDED', undefined].includes(payments.get(id));
  const times = (id: string) => undone.flatMap((at) => at.get(id) ?? []).map(Number);
  return [
    rule(
      'what was done for a rejected order was undone',
      rejected.filter((id) => !isUndone(id)),
      name,
    ),
    rule(
      'the newest was undone first',
      rejected.filter((id) => !isAscending(times(id))),
      name,
    ),
    rule(
      'nothing was undone after the pivot',
      confirmed.filter((id) => undone.some((at) => at.has(id))),
      name,
    ),
    rule(
      'what a cancelled order took was given back',
      cancelled.filter((id) => stands(id) !== 'RETURNED REFUNDED'),
      name,
    ),
    rule(
      'what a confirmed order needs was made final',
      confirmed.filter((id) => stands(id) !== 'COMMITTED CAPTURED'),
      name,
    ),
  ];
}

function answers({ orders, sagas, cancellations, torn }: Books, purchases: readonly Purchase[]): Finding[] {
  const told = purchases.flatMap((purchase) => purchase.answers);
  const asked = new Set(told.map(({ orderId }) => orderId));
  const differs = ({ answers: all }: Purchase) => new Set(all.map((answer) => JSON.stringify(answer))).size !== 1;
  const confirmed = ({ __typename }: FinalAnswer) => __typename === 'OrderConfirmed';
  // Who was told that the order is confirmed has it, unless it was cancelled since.
  const had = (id: string) => ['CONFIRMED', 'CANCELLED'].includes(orders.get(id) ?? '');
  const regrets = purchases.flatMap(({ cancellation }) => (cancellation === undefined ? [] : [cancellation]));
  return [
    rule(
      'there is no order that nobody asked for',
      [...orders.keys()].filter((id) => !asked.has(id)),
      String,
    ),
    rule('every buyer got a final answer, the same each time', purchases.filter(differs), JSON.stringify),
    rule(
      'every answer is the final state',
      told.filter((one) => confirmed(one) !== had(one.orderId)),
      (one) => `${JSON.stringify(one)}, and the order is ${orders.get(one.orderId) ?? 'not there'}`,
    ),
    rule(
      'who cancelled has no order, and nobody else lost one',
      [
        ...regrets.filter((one) => !isRight(one, orders)),
        ...[...orders].filter(([id, status]) => status === 'CANCELLED' && !regrets.some((one) => one?.orderId === id)),
      ],
      (one) => JSON.stringify(one),
    ),
    rule(
      'the same key with other input is a conflict',
      purchases.filter(({ conflict }) => conflict !== undefined && conflict !== 'IdempotencyConflict'),
      JSON.stringify,
    ),
    rule(
      'every timeline is whole, and ends as the order did',
      [
        ...torn,
        ...told
          .filter((one) => confirmed(one) !== (sagas.get(one.orderId) === 'COMPLETED'))
          .map(({ orderId }) => orderId),
        ...regrets.flatMap((one) =>
          one && (one.__typename === 'OrderCancelled') !== (cancellations.get(one.orderId) === 'COMPLETED')
            ? [one.orderId]
            : [],
        ),
      ],
      (id) => `order ${id}`,
    ),
  ];
}

/** What somebody was told who cancelled is what became of the order. */
function isRight(answer: FinalAnswer | null, orders: Books['orders']): boolean {
  const status = orders.get(answer?.orderId ?? '');
  // An order that was stopped before it was opened is not there.
  if (answer?.__typename === 'OrderCancelled') return ['CANCELLED', 'REJECTED', undefined].includes(status);
  return answer?.__typename === 'OrderNotCancellable' && ['REJECTED', undefined].includes(status);
}

function rule<T>(text: string, violations: readonly T[], tell: (violation: T) => string): Finding {
  return { rule: text, violations: violations.map((violation) => tell(violation)) };
}

function isAscending(times: readonly number[]): boolean {
  return times.every((time, nth) => nth === 0 || time >= (times[nth - 1] ?? time));
}

/** How often writes arrived at each service, and how often they took effect. */
export function deliveries(
  stores: Stores,
): Promise<readonly (readonly [service: string, deliveries: number, effects: number])[]> {
  const count = 'select coalesce(sum(deliveries), 0)::text as arrived, count(*)::text as effects from idempotency_keys';
  return Promise.all(
    (['order', 'customer', 'catalog'] as const).map(async (service) => {
      const [row] = await rows(stores[service], count);
      return [service, Number(row?.['arrived']), Number(row?.['effects'])] as const;
    }),
  );
}
