import type { CloudEvent, LoggedEvent } from '../cloud-event.js';
import type { Consumer, Consumption, EventBus } from '../event-bus.js';
import { runConsumer } from '../run-consumer.js';
import { Wakeup } from '../wakeup.js';

/** A log of events in memory, and who consumes it. Buses over one log are what processes over one event log are. */
export class MemoryEventLog {
  readonly events: LoggedEvent[] = [];
  private readonly keys = new Set<string>();
  private readonly consumptions = new Map<string, MemoryConsumption[]>();

  append(events: readonly CloudEvent[]): void {
    for (const event of events) {
      const key = `${event.source} ${event.id}`;
      if (this.keys.has(key)) continue;
      this.keys.add(key);
      this.events.push({ position: this.events.length + 1, event });
    }
    for (const [first] of this.consumptions.values()) first?.wake();
  }

  read(after: number, limit: number): Promise<readonly LoggedEvent[]> {
    return Promise.resolve(this.events.slice(after, after + limit));
  }

  /** The first consumer of a name consumes, the others wait. */
  add(name: string, consumption: MemoryConsumption): void {
    const ofSameName = this.consumptions.get(name) ?? [];
    this.consumptions.set(name, ofSameName);
    ofSameName.push(consumption);
    ofSameName[0]?.start();
  }

  remove(name: string, consumption: MemoryConsumption): void {
    const others = (this.consumptions.get(name) ?? []).filter((other) => other !== consumption);
    this.consumptions.set(name, others);
    others[0]?.start();
  }
}

/** An event bus in memory, for tests: what is published is lost with its process. */
export class MemoryEventBus implements EventBus {
  private readonly consumptions: MemoryConsumption[] = [];

  constructor(private readonly log = new MemoryEventLog()) {}

  publish(events: readonly CloudEvent[]): Promise<void> {
    this.log.append(events);
    return Promise.resolve();
  }

  readHead(): Promise<number> {
    return Promise.resolve(this.log.events.length);
  }

  consume(consumer: Consumer): Consumption {
    const consumption = new MemoryConsumption(this.log, consumer);
    this.consumptions.push(consumption);
    this.log.add(consumer.name, consumption);
    return consumption;
  }

  async close(): Promise<void> {
    await Promise.all(this.consumptions.map((consumption) => consumption.stop()));
  }
}

class MemoryConsumption implements Consumption {
  private readonly stopped = new AbortController();
  private readonly wakeup = new Wakeup();
  private done: Promise<void> | undefined;

  constructor(
    private readonly log: MemoryEventLog,
    private readonly consumer: Consumer,
  ) {}

  get active(): boolean {
    return this.done !== undefined && !this.stopped.signal.aborted;
  }

  wake(): void {
    this.wakeup.wake();
  }

  start(): void {
    this.done ??= runConsumer(this.log, this.consumer, this.wakeup, this.stopped.signal);
  }

  async stop(): Promise<void> {
    if (this.stopped.signal.aborted) return this.done;
    this.stopped.abort();
    await this.done;
    this.log.remove(this.consumer.name, this);
  }
}
