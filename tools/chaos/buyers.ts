import { setTimeout as sleep } from 'node:timers/promises';
import type { Random } from './random.js';

/** The products and the customers of a run. */
export interface Market {
  readonly customers: readonly string[];
  /** Products with little stock, which many buyers order. */
  readonly hot: readonly string[];
  readonly plenty: readonly string[];
}

/** A final answer to a buyer. */
export interface FinalAnswer {
  readonly __typename: string;
  readonly orderId: string;
}

/** One buyer's order, and every final answer to it. */
export interface Purchase {
  readonly customerId: string;
  readonly key: string;
  readonly answers: readonly FinalAnswer[];
  /** The response to the same key with other input; undefined when the buyer did not send it. */
  readonly conflict: string | undefined;
  /** The response to a cancellation: null when there was none, undefined when the buyer did not cancel. */
  readonly cancellation: FinalAnswer | null | undefined;
  /** Time until the first final answer, in milliseconds. */
  readonly ms: number;
}

/** Sends a request once; undefined when there was no response. */
export type Ask = (
  customerId: string,
  mutation: 'createOrder' | 'cancelOrder',
  input: object,
) => Promise<FinalAnswer | undefined>;

/** One in this number of buyers does what a rule checks, so that every run has a case of it. */
const LATE_REGRET_EVERY = 8;
const CONFLICT_EVERY = 30;

const GIVES_UP_AFTER_MS = 240_000;

/** Places an order, repeats requests, and retries until there is a final answer. */
export async function buy(nth: number, seed: number, market: Market, random: Random, ask: Ask): Promise<Purchase> {
  const customerId = random.pick(market.customers);
  const input = {
    idempotencyKey: `chaos-${seed}-${nth}`,
    lines: drawLines(market, random),
    shippingAddressId: `${customerId}-1`,
    paymentMethodId: `${customerId}-${random.flip(0.12) ? 'voucher' : 'card'}`,
    waitMs: random.pick([0, 500, 3_000]),
  };
  const copies = random.flip(0.2) ? random.drawInteger(2, 3) : 1;
  const pauses = random.fork();
  const tries = random.flip(0.05) || nth % CONFLICT_EVERY === 0;
  const regrets = random.flip(0.1) ? random.drawBetween(0, 1_500) : undefined;
  const began = performance.now();
  const placeOrder = (what: object) => waitForFinalAnswer(() => ask(customerId, 'createOrder', what), pauses);
  // Some cancel immediately, and some after the confirmation.
  const isLate = nth % LATE_REGRET_EVERY === LATE_REGRET_EVERY - 1;
  const early =
    regrets === undefined || isLate ? undefined : cancel(customerId, input, { after: regrets, pauses, ask });
  const answers = await Promise.all(Array.from({ length: copies }, () => placeOrder(input)));
  const ms = performance.now() - began;
  const cancellation = isLate ? await cancel(customerId, input, { after: 0, pauses, ask }) : await early;
  const conflicting = { ...input, lines: [{ productId: market.plenty[0], quantity: 77 }] };
  const conflict = tries ? (await placeOrder(conflicting))?.__typename : undefined;
  return {
    customerId,
    key: input.idempotencyKey,
    conflict,
    ms,
    cancellation,
    answers: answers.filter((answer) => answer !== undefined),
  };
}

function drawLines({ hot, plenty }: Market, random: Random): readonly { productId: string; quantity: number }[] {
  const lines = new Map<string, number>();
  for (let count = random.drawInteger(1, 3); count > 0; count--)
    lines.set(random.pick(random.flip(0.4) ? hot : plenty), random.drawInteger(1, 2));
  return [...lines].map(([productId, quantity]) => ({ productId, quantity }));
}

/** Places the order without waiting, cancels it after a while, and retries until the cancellation has a final answer. */
async function cancel(
  customerId: string,
  input: object,
  { after, pauses, ask }: { readonly after: number; readonly pauses: Random; readonly ask: Ask },
): Promise<FinalAnswer | null> {
  const until = performance.now() + GIVES_UP_AFTER_MS;
  let placed = await ask(customerId, 'createOrder', { ...input, waitMs: 0 });
  while (!placed && performance.now() < until) {
    await sleep(pauses.drawBetween(100, 500));
    placed = await ask(customerId, 'createOrder', { ...input, waitMs: 0 });
  }
  await sleep(after);
  const orderId = placed?.orderId;
  return (await waitForFinalAnswer(() => ask(customerId, 'cancelOrder', { orderId, waitMs: 1_000 }), pauses)) ?? null;
}

/** Retries until there is a final answer. */
async function waitForFinalAnswer(
  once: () => Promise<FinalAnswer | undefined>,
  random: Random,
): Promise<FinalAnswer | undefined> {
  const until = performance.now() + GIVES_UP_AFTER_MS;
  while (performance.now() < until) {
    const answer = await once();
    if (answer && !['OrderPending', 'CancellationPending'].includes(answer.__typename)) return answer;
    await sleep(random.drawBetween(100, 500));
  }
  return undefined;
}
