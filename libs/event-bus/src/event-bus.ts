import type { CloudEvent, LoggedEvent } from './cloud-event.js';

/** Carries events from the services that emit them to their consumers, and keeps them. */
export interface EventBus {
  /**
   * Stores events in the given order, and resolves when they are durable. An event that is stored already is ignored: events may
   * be published again after a failure.
   */
  publish(events: readonly CloudEvent[]): Promise<void>;

  /** Starts a consumer. It receives every event from its position on, also those that were published before it existed. */
  consume(consumer: Consumer): Consumption;

  /** The position of the last event; 0 when there is none. */
  readHead(): Promise<number>;

  /** Stops all consumers and closes the connections. */
  close(): Promise<void>;
}

/**
 * Handles events: at least once, in order, a batch at a time. Of all processes that run a consumer of the same name, one at a
 * time receives events; when it dies another one takes over.
 */
export interface Consumer {
  readonly name: string;
  /** The position of the last event that was handled; 0 when none was. */
  readPosition(): Promise<number>;
  /**
   * Handles events, and stores the position of the last one. Best in one transaction: then each event is handled exactly once.
   * When it rejects, the consumer reads its position again and retries, with a growing pause, until it succeeds.
   */
  handle(events: readonly LoggedEvent[]): Promise<void>;
  /** Called when events could not be read or handled. They are retried. */
  onError(error: unknown): void;
}

/** A consumer that was started. */
export interface Consumption {
  /** True while this process receives the consumer's events. */
  readonly active: boolean;
  /** Resolves when the batch in hand was handled. */
  stop(): Promise<void>;
}
