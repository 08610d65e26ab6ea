import type { Decision, DecisionAction, FactRecorder, FactStep, TimedResult } from './fact.js';
import { Cancelled, RetriesExhausted } from './durable-context.js';
import type { DurableContext } from './durable-context.js';

/** So long something that must happen is tried; then an operator is told, and it is tried again after a pause. */
const ROUND = { seconds: 3 } as const;

/** The pause after a round is a share of the time for which it has been tried, within these bounds, in milliseconds. */
const PAUSE_SHARE = 0.2;
const MIN_PAUSE_MS = 1_000;
const MAX_PAUSE_MS = 60_000;

/** What something that must happen came to: its result, or what an operator decided instead. */
export type RetryOutcome<T> =
  | { readonly how: 'DONE'; readonly timed: TimedResult<T> }
  | { readonly how: 'SKIPPED'; readonly result: unknown }
  | { readonly how: 'COMPENSATE' | 'CANCEL' };

/** Something that must happen, and what an operator can decide when it does not. */
export interface RetriedAction<T> {
  readonly name: string;
  readonly step: FactStep;
  readonly action: () => Promise<T>;
  readonly can: readonly DecisionAction[];
}

/**
 * Runs an action that must happen, for as long as it takes: a request to stop the saga comes too late for it. When it keeps
 * failing the saga needs attention; it heals by itself when the trouble is over, or goes on as an operator decides.
 */
export async function retryUntilDone<T>(
  context: DurableContext,
  facts: FactRecorder,
  must: RetriedAction<T>,
): Promise<RetryOutcome<T>> {
  const { name, step, can } = must;
  const action = facts.recordAttempts(step, must.action);
  let triedMs = 0;
  for (;;) {
    const trouble = await tryOneRound(context, name, action);
    if ('timed' in trouble) {
      const late = triedMs === 0 ? undefined : await context.closePendingDecision();
      if (late) facts.recordDecision(step, late);
      return { how: 'DONE', timed: trouble.timed };
    }
    if (triedMs === 0) facts.recordAttentionNeeded(step, trouble.message, can);
    triedMs += ROUND.seconds * 1_000;
    const pauseMs = Math.min(MAX_PAUSE_MS, Math.max(MIN_PAUSE_MS, triedMs * PAUSE_SHARE));
    triedMs += pauseMs;
    const decision = await waitForDecision(context, { step, can }, pauseMs);
    if (!decision) continue;
    facts.recordDecision(step, decision);
    if (decision.action === 'SKIP') return { how: 'SKIPPED', result: decision.result };
    if (decision.action !== 'RETRY') return { how: decision.action };
    // When that does not help, an operator is told anew.
    triedMs = 0;
  }
}

/** One round. Whoever asks the saga to stop meanwhile comes too late. */
async function tryOneRound<T>(
  context: DurableContext,
  name: string,
  action: () => Promise<TimedResult<T>>,
): Promise<{ readonly timed: TimedResult<T> } | { readonly message: string }> {
  for (;;) {
    try {
      return { timed: await context.run(name, action, ROUND) };
    } catch (error) {
      if (error instanceof RetriesExhausted) return { message: error.message };
      if (!(error instanceof Cancelled)) throw error;
    }
  }
}

async function waitForDecision(
  context: DurableContext,
  stuck: Parameters<DurableContext['waitForDecision']>[0],
  pauseMs: number,
): Promise<Decision | undefined> {
  try {
    return await context.waitForDecision(stuck, pauseMs);
  } catch (error) {
    if (error instanceof Cancelled) return undefined;
    throw error;
  }
}
