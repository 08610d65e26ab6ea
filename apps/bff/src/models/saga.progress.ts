import { setTimeout as sleep } from 'node:timers/promises';
import type { AnswerOf } from '@bff/contracts';
import type { OrchestratorClient } from '@bff/downstreams';
import { badUserInput } from '@bff/page';
import type { PageContext } from '@bff/page';
import type { OrderEvent } from './saga.model.js';
import { orderEventOf, positionOf } from './saga.timeline.js';
import type { Audience } from './saga.timeline.js';

/** How long one question for news waits, in milliseconds; then it is asked again, perhaps of another orchestrator. */
const WAIT_MS = 20_000;

/** The pauses while no orchestrator answers, in milliseconds. */
const FIRST_PAUSE_MS = 100;
const LAST_PAUSE_MS = 2_000;

/** Whose events, and from where. */
export interface Progress {
  readonly saga: string;
  readonly id: string;
  /** The id of the last event that is known; from the first one when there is none. */
  readonly after: string | null | undefined;
  readonly audience: Audience;
  /** Whether the viewer may see a saga of this subject. */
  readonly maySee: (subject: string) => boolean;
}

/**
 * The events of a saga, each once and in order, from its first or from after the one named, until it has ended. What is not
 * for the viewer is as silent as what does not exist (yet). An orchestrator that is away is waited for.
 */
export function progressOf({ downstreams }: PageContext, progress: Progress): AsyncIterableIterator<OrderEvent> {
  const { saga, after } = progress;
  const from = after === null || after === undefined ? 0 : startAfter(saga, after);
  const over = new AbortController();
  const events = eventsOf(downstreams.orchestrator, progress, from, over.signal);
  return {
    next: () => events.next(),
    // Whoever listened is gone: what is being waited for is cut, too.
    return: () => {
      over.abort();
      return events.return();
    },
    [Symbol.asyncIterator]() {
      return this;
    },
  };
}

async function* eventsOf(
  orchestrator: OrchestratorClient,
  { saga, id, audience, maySee }: Progress,
  from: number,
  signal: AbortSignal,
): AsyncGenerator<OrderEvent, void> {
  let position = from;
  while (!signal.aborted) {
    const { subject, items } = await news(orchestrator, { saga, id, position }, signal);
    if (subject !== null && !maySee(subject)) {
      await sleep(WAIT_MS, undefined, { signal }).catch(() => undefined);
      continue;
    }
    for (const event of items) {
      position = event.position;
      yield orderEventOf(saga, event, audience);
      if (event.kind === 'ENDED') return;
    }
  }
}

function startAfter(saga: string, after: string): number {
  const position = positionOf(saga, after);
  if (position === undefined) throw badUserInput('after', 'the id of an event of this order is expected');
  return position;
}

type News = AnswerOf<'orchestrator', 'getFacts'>;

/** Asks until there is an answer, or the client is gone. */
async function news(
  orchestrator: OrchestratorClient,
  { saga, id, position }: { readonly saga: string; readonly id: string; readonly position: number },
  signal: AbortSignal,
): Promise<News> {
  for (let pause = FIRST_PAUSE_MS; !signal.aborted; pause = Math.min(pause * 2, LAST_PAUSE_MS)) {
    try {
      return await orchestrator.waitForFacts({ saga, id, afterPosition: position, waitMs: WAIT_MS }, { signal });
    } catch {
      // Every error is one of the orchestrator's: it is asked again until somebody answers.
      await sleep(pause * (0.5 + Math.random()), undefined, { signal }).catch(() => undefined);
    }
  }
  return { subject: null, items: [] };
}
