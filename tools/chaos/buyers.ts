import { setTimeout as sleep } from 'node:timers/promises';
import type { Random } from './random.js';

/** What can be bought, and by whom. */
export interface Market {
  readonly customers: readonly string[];
  /** Of these there are few, and many want them. */
  readonly hot: readonly string[];
  readonly plenty: readonly string[];
}

/** An answer that ends the matter for a buyer. */
export interface FinalAnswer {
  readonly __typename: string;
  readonly orderId: string;
}

/** What one buyer wanted, and every final answer that he got. */
export interface Purchase {
  readonly customerId: string;
  readonly key: string;
  readonly answers: readonly FinalAnswer[];
  /** What came of the same key with other input; undefined when he did not try. */
  readonly conflict: string | undefined;
  /** Until his first final answer, in milliseconds. */
  readonly ms: number;
}

type Ask = (customerId: string, input: object) => Promise<FinalAnswer | undefined>;

const GIVES_UP_AFTER_MS = 240_000;

/** Buys, sends things twice, and asks again until there is a final answer, whatever happens on the way. */
export async function buy(nth: number, seed: number, market: Market, random: Random, ask: Ask): Promise<Purchase> {
  const customerId = random.one(market.customers);
  const input = {
    idempotencyKey: `chaos-${seed}-${nth}`,
    lines: linesOf(market, random),
    shippingAddressId: `${customerId}-1`,
    paymentMethodId: `${customerId}-${random.chance(0.12) ? 'voucher' : 'card'}`,
    waitMs: random.one([0, 500, 3_000]),
  };
  const copies = random.chance(0.2) ? random.whole(2, 3) : 1;
  const pauses = random.fork();
  const tries = random.chance(0.05);
  const began = performance.now();
  const answers = await Promise.all(Array.from({ length: copies }, () => finalAnswer(customerId, input, pauses, ask)));
  const ms = performance.now() - began;
  const other = { ...input, lines: [{ productId: market.plenty[0], quantity: 77 }] };
  const conflict = tries ? (await finalAnswer(customerId, other, pauses, ask))?.__typename : undefined;
  return {
    ...{ customerId, key: input.idempotencyKey, conflict, ms },
    answers: answers.filter((answer) => answer !== undefined),
  };
}

function linesOf({ hot, plenty }: Market, random: Random): readonly { productId: string; quantity: number }[] {
  const lines = new Map<string, number>();
  for (let count = random.whole(1, 3); count > 0; count--)
    lines.set(random.one(random.chance(0.4) ? hot : plenty), random.whole(1, 2));
  return [...lines].map(([productId, quantity]) => ({ productId, quantity }));
}

async function finalAnswer(
  customerId: string,
  input: object,
  random: Random,
  ask: Ask,
): Promise<FinalAnswer | undefined> {
  const until = performance.now() + GIVES_UP_AFTER_MS;
  while (performance.now() < until) {
    const answer = await ask(customerId, input);
    if (answer && answer.__typename !== 'OrderPending') return answer;
    await sleep(random.between(100, 500));
  }
  return undefined;
}
