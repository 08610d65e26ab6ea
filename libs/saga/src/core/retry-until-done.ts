import type { Decision, DecisionAction, FactRecorder, FactStep, TimedResult } from './fact.js';
import { Cancelled, RetriesExhausted } from './durable-context.js';
import type { DurableContext, StuckStep } from './durable-context.js';

/** The length of one round of attempts. After it an operator is asked, and the next round follows after a pause. */
const ROUND = { seconds: 3 } as const;

/** The pause after a round is this share of the time since the first attempt, within the bounds below. */
const PAUSE_SHARE = 0.2;
const MIN_PAUSE_MS = 1_000;
const MAX_PAUSE_MS = 60_000;

/** The result of an action that must succeed, or what an operator decided instead. */
export type RetryOutcome<T> =
  | { readonly how: 'DONE'; readonly timed: TimedResult<T> }
  | { readonly how: 'SKIPPED'; readonly result: unknown }
  | { readonly how: 'COMPENSATE' | 'CANCEL' };

/** An action that must succeed, and what an operator can decide while it does not. */
export interface RetriedAction<T> {
  readonly name: string;
  readonly step: FactStep;
  readonly action: () => Promise<T>;
  readonly can: readonly DecisionAction[];
}

/**
 * Retries an action without a limit; a request to stop the saga is ignored. After one round of failed attempts the saga needs
 * attention. It continues by itself once the action succeeds, or as an operator decides.
 */
export async function retryUntilDone<T>(
  context: DurableContext,
  facts: FactRecorder,
  retried: RetriedAction<T>,
): Promise<RetryOutcome<T>> {
  const { name, step, can } = retried;
  const action = facts.recordAttempts(step, retried.action);
  let elapsedMs = 0;
  for (;;) {
    const round = await tryOneRound(context, name, action);
    if ('timed' in round) {
      const late = elapsedMs === 0 ? undefined : await context.closePendingDecision();
      if (late) facts.recordDecision(step, late);
      return { how: 'DONE', timed: round.timed };
    }
    if (elapsedMs === 0) facts.recordAttentionNeeded(step, round.message, can);
    elapsedMs += ROUND.seconds * 1_000;
    const pauseMs = Math.min(MAX_PAUSE_MS, Math.max(MIN_PAUSE_MS, elapsedMs * PAUSE_SHARE));
    elapsedMs += pauseMs;
    const decision = await waitForDecision(context, { step, can }, pauseMs);
    if (!decision) continue;
    facts.recordDecision(step, decision);
    if (decision.action === 'SKIP') return { how: 'SKIPPED', result: decision.result };
    if (decision.action !== 'RETRY') return { how: decision.action };
    // When the retry does not help, the saga needs attention once more.
    elapsedMs = 0;
  }
}

/** One round of attempts. Ignores a request to stop the saga. */
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

/** Waits for an operator during the pause. A request to stop the saga ends the pause, and is ignored otherwise. */
async function waitForDecision(
  context: DurableContext,
  stuck: StuckStep,
  pauseMs: number,
): Promise<Decision | undefined> {
  try {
    return await context.waitForDecision(stuck, pauseMs);
  } catch (error) {
    if (error instanceof Cancelled) return undefined;
    throw error;
  }
}
