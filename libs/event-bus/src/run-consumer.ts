import { setTimeout as sleep } from 'node:timers/promises';
import type { LoggedEvent } from './cloud-event.js';
import type { Consumer } from './event-bus.js';
import type { Wakeup } from './wakeup.js';

const MAX_EVENTS_PER_BATCH = 100;

/** How often a consumer looks for events that no wake-up announced, in milliseconds: a notification may be lost. */
const POLL_INTERVAL_MS = 5_000;

/** The pause after a failure, in milliseconds: the first, and the longest. */
const FIRST_PAUSE_MS = 50;
const LONGEST_PAUSE_MS = 1_000;

/** What a consumer reads from. */
export interface EventReader {
  /** The events after a position, in order. */
  read(after: number, limit: number): Promise<readonly LoggedEvent[]>;
}

/** Reads and handles events until the signal aborts; `wakeup` announces new ones. Never rejects. */
export async function runConsumer(
  reader: EventReader,
  consumer: Consumer,
  wakeup: Wakeup,
  signal: AbortSignal,
): Promise<void> {
  let pauseMs = FIRST_PAUSE_MS;
  const onHandled = (): void => {
    pauseMs = FIRST_PAUSE_MS;
  };
  while (!signal.aborted) {
    try {
      await handleEvents(reader, consumer, wakeup, signal, onHandled);
    } catch (error) {
      consumer.onError(error);
      await sleep(pauseMs, undefined, { signal }).catch(() => undefined);
      pauseMs = Math.min(2 * pauseMs, LONGEST_PAUSE_MS);
    }
  }
}

/** Rejects when events cannot be read or handled. */
async function handleEvents(
  reader: EventReader,
  consumer: Consumer,
  wakeup: Wakeup,
  signal: AbortSignal,
  onHandled: () => void,
): Promise<void> {
  let position = await consumer.readPosition();
  while (!signal.aborted) {
    const events = await reader.read(position, MAX_EVENTS_PER_BATCH);
    if (events.length === 0) await wakeup.wait(POLL_INTERVAL_MS, signal);
    else await consumer.handle(events);
    position = events.at(-1)?.position ?? position;
    onHandled();
  }
}
