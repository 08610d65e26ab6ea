import type { Decision, DecisionAction, FactLog, FactStep, Timed } from './fact.js';
import { Cancelled, OutOfPatience } from './durable-run.js';
import type { DurableRun } from './durable-run.js';

/** So long something that must happen is tried; then an operator is told, and it is tried again after a pause. */
const ROUND = { seconds: 3 } as const;

/** The pause after a round is a share of the time for which it has been tried, within these bounds, in milliseconds. */
const PAUSE_SHARE = 0.2;
const MIN_PAUSE_MS = 1_000;
const MAX_PAUSE_MS = 60_000;

/** What something that must happen came to: its result, or what an operator decided instead. */
export type Must<T> =
  | { readonly how: 'DONE'; readonly timed: Timed<T> }
  | { readonly how: 'SKIPPED'; readonly result: unknown }
  | { readonly how: 'COMPENSATE' | 'CANCEL' };

/** Something that must happen, and what an operator can decide when it does not. */
export interface MustHappen<T> {
  readonly name: string;
  readonly step: FactStep;
  readonly action: () => Promise<T>;
  readonly can: readonly DecisionAction[];
}

/**
 * Runs an action that must happen, for as long as it takes: a request to stop the saga comes too late for it. When it keeps
 * failing the saga needs attention; it heals by itself when the trouble is over, or goes on as an operator decides.
 */
export async function untilDone<T>(durable: DurableRun, facts: FactLog, must: MustHappen<T>): Promise<Must<T>> {
  const { name, step, can } = must;
  const action = facts.timed(step, must.action);
  let triedMs = 0;
  for (;;) {
    const trouble = await tryFor(durable, name, action);
    if ('timed' in trouble) {
      const late = triedMs === 0 ? undefined : await durable.overtaken();
      if (late) facts.decided(step, late);
      return { how: 'DONE', timed: trouble.timed };
    }
    if (triedMs === 0) facts.needsAttention(step, trouble.message, can);
    triedMs += ROUND.seconds * 1_000;
    const pauseMs = Math.min(MAX_PAUSE_MS, Math.max(MIN_PAUSE_MS, triedMs * PAUSE_SHARE));
    triedMs += pauseMs;
    const decision = await decisionWithin(durable, { step, can }, pauseMs);
    if (!decision) continue;
    facts.decided(step, decision);
    if (decision.action === 'SKIP') return { how: 'SKIPPED', result: decision.result };
    if (decision.action !== 'RETRY') return { how: decision.action };
    // When that does not help, an operator is told anew.
    triedMs = 0;
  }
}

/** One round. Whoever asks the saga to stop meanwhile comes too late. */
async function tryFor<T>(
  durable: DurableRun,
  name: string,
  action: () => Promise<Timed<T>>,
): Promise<{ readonly timed: Timed<T> } | { readonly message: string }> {
  for (;;) {
    try {
      return { timed: await durable.run(name, action, ROUND) };
    } catch (error) {
      if (error instanceof OutOfPatience) return { message: error.message };
      if (!(error instanceof Cancelled)) throw error;
    }
  }
}

async function decisionWithin(
  durable: DurableRun,
  stuck: Parameters<DurableRun['decision']>[0],
  pauseMs: number,
): Promise<Decision | undefined> {
  try {
    return await durable.decision(stuck, pauseMs);
  } catch (error) {
    if (error instanceof Cancelled) return undefined;
    throw error;
  }
}
