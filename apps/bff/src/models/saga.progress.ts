import { setTimeout as sleep } from 'node:timers/promises';
import type { AnswerOf } from '@bff/contracts';
import type { OrchestratorClient } from '@bff/downstreams';
import { createBadUserInputError } from '@bff/page';
import type { PageContext } from '@bff/page';
import type { OrderEvent } from './saga.model.js';
import { parseEventPosition, toOrderEvent } from './saga.timeline.js';
import type { Role } from './saga.timeline.js';

/** How long one long poll waits for events, in milliseconds. The next one may reach another orchestrator. */
const LONG_POLL_MS = 20_000;

/** The backoff while no orchestrator responds, in milliseconds. */
const FIRST_BACKOFF_MS = 100;
const MAX_BACKOFF_MS = 2_000;

/** Which events to follow, and from where. */
export interface Progress {
  readonly saga: string;
  readonly id: string;
  /** The id of the last event that the client has; null or undefined for all events. */
  readonly after: string | null | undefined;
  readonly role: Role;
  /** Whether the viewer may see a saga of this subject. */
  readonly canSee: (subject: string) => boolean;
}

/**
 * Follows a saga: yields each of its events once and in order, until it has ended. A saga that the viewer may not see is as silent
 * as one that does not exist (yet). While no orchestrator responds, it keeps retrying.
 */
export function followSaga({ downstreams }: PageContext, progress: Progress): AsyncIterableIterator<OrderEvent> {
  const { saga, after } = progress;
  const from = after === null || after === undefined ? 0 : parseCursor(saga, after);
  const cancellation = new AbortController();
  const events = streamEvents(downstreams.orchestrator, progress, from, cancellation.signal);
  return {
    next: () => events.next(),
    // The client unsubscribed: cancels the pending long poll, too.
    return: () => {
      cancellation.abort();
      return events.return();
    },
    [Symbol.asyncIterator]() {
      return this;
    },
  };
}

async function* streamEvents(
  orchestrator: OrchestratorClient,
  { saga, id, role, canSee }: Progress,
  from: number,
  signal: AbortSignal,
): AsyncGenerator<OrderEvent, void> {
  let position = from;
  while (!signal.aborted) {
    const { subject, items } = await pollFacts(orchestrator, { saga, id, position }, signal);
    if (subject !== null && !canSee(subject)) {
      await sleep(LONG_POLL_MS, undefined, { signal }).catch(() => undefined);
      continue;
    }
    for (const event of items) {
      position = event.position;
      yield toOrderEvent(saga, event, role);
      if (event.kind === 'ENDED') return;
    }
  }
}

function parseCursor(saga: string, after: string): number {
  const position = parseEventPosition(saga, after);
  if (position === undefined) throw createBadUserInputError('after', 'the id of an event of this order is expected');
  return position;
}

type Facts = AnswerOf<'orchestrator', 'getFacts'>;

/** Polls until there is a response, or the signal aborts. */
async function pollFacts(
  orchestrator: OrchestratorClient,
  { saga, id, position }: { readonly saga: string; readonly id: string; readonly position: number },
  signal: AbortSignal,
): Promise<Facts> {
  for (let backoff = FIRST_BACKOFF_MS; !signal.aborted; backoff = Math.min(backoff * 2, MAX_BACKOFF_MS)) {
    try {
      return await orchestrator.waitForFacts({ saga, id, afterPosition: position, waitMs: LONG_POLL_MS }, { signal });
    } catch {
      // Every error is a failure of the orchestrator, so it is retried whatever it is.
      await sleep(backoff * (0.5 + Math.random()), undefined, { signal }).catch(() => undefined);
    }
  }
  return { subject: null, items: [] };
}
