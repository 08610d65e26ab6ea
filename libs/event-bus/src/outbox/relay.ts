import { setTimeout as sleep } from 'node:timers/promises';
import type { EventBus } from '../event-bus.js';
import { Wakeup } from '../wakeup.js';
import type { Outbox } from './outbox.js';

const MAX_EVENTS_PER_BATCH = 500;

/** How often the relay looks for events that another process left behind when it died, in milliseconds. */
const POLL_INTERVAL_MS = 2_000;

/** How long the relay gathers events before it publishes them, in milliseconds: a batch costs little more than one event. */
const GATHER_MS = 20;

/** The pause after a failure, in milliseconds: the first, and the longest. */
const FIRST_PAUSE_MS = 50;
const LONGEST_PAUSE_MS = 1_000;

/** The longest that closing may take, in milliseconds. */
const MAX_CLOSE_MS = 2_000;

/** What a relay reports. */
export interface RelayWatcher {
  /** Events cannot be published. Called once for each outage; the relay retries. */
  onFailure(error: unknown): void;
  /** Events are published again. */
  onRecovery(): void;
}

/**
 * Publishes the events of an outbox. Each process of a service runs one, without a lock: an event is marked as sent only after it
 * was published, so it may be published more than once, and the bus ignores that. The events of one subject are published in
 * order, because whoever reads the later one also reads the earlier one, unless that was published before.
 */
export class Relay {
  private readonly wakeup = new Wakeup();
  private readonly closing = new AbortController();
  private readonly done: Promise<void>;
  private isFailing = false;

  constructor(
    private readonly outbox: Outbox,
    private readonly bus: Pick<EventBus, 'publish'>,
    private readonly watcher: RelayWatcher,
    private readonly pollIntervalMs = POLL_INTERVAL_MS,
  ) {
    this.done = this.run();
  }

  /** Call it after the commit of a transaction that wrote events. */
  wake(): void {
    this.wakeup.wake();
  }

  /** Publishes what is committed. Resolves when that is done, fails or takes too long: what is left is published at the next start. */
  async close(): Promise<void> {
    this.closing.abort();
    const published = this.done.then(() => this.publishAll()).catch((error: unknown) => this.reportFailure(error));
    await Promise.race([published, sleep(MAX_CLOSE_MS, undefined, { ref: false })]);
  }

  private async run(): Promise<void> {
    const { signal } = this.closing;
    let pauseMs = FIRST_PAUSE_MS;
    while (!signal.aborted) {
      try {
        await this.publishAll();
        pauseMs = FIRST_PAUSE_MS;
        this.reportRecovery();
        await this.wakeup.wait(this.pollIntervalMs, signal);
        await pause(GATHER_MS, signal);
      } catch (error) {
        this.reportFailure(error);
        await pause(pauseMs, signal);
        pauseMs = Math.min(2 * pauseMs, LONGEST_PAUSE_MS);
      }
    }
  }

  private reportFailure(error: unknown): void {
    if (!this.isFailing) this.watcher.onFailure(error);
    this.isFailing = true;
  }

  private reportRecovery(): void {
    if (this.isFailing) this.watcher.onRecovery();
    this.isFailing = false;
  }

  /** Rejects when outbox or bus do not respond. */
  private async publishAll(): Promise<void> {
    for (;;) {
      const events = await this.outbox.readUnsent(MAX_EVENTS_PER_BATCH);
      if (events.length === 0) return;
      await this.bus.publish(events.map(({ event }) => event));
      await this.outbox.markSent(events);
      if (events.length < MAX_EVENTS_PER_BATCH) return;
    }
  }
}

/** Resolves after `ms` milliseconds, or when the signal aborts. */
async function pause(ms: number, signal: AbortSignal): Promise<void> {
  await sleep(ms, undefined, { signal }).catch(() => undefined);
}
