import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { CloudEvent, Consumer, EventBus, LoggedEvent } from '@bff/event-bus';

/** An event bus under test. */
export interface EventBusSuite {
  /** Prepares what buses share, for example a database. */
  start(): Promise<void>;
  /** A bus as one process opens it: all that are opened carry the same events. */
  open(): EventBus;
  /** Makes what carries the events unavailable, and available again. Undefined when it cannot be. */
  readonly outage?: { begin(): Promise<void>; end(): Promise<void> };
  stop(): Promise<void>;
}

/** An event of a subject that only this test publishes. */
export function createEvent(subject: string, id: string = randomUUID(), time = new Date()): CloudEvent {
  return {
    specversion: '1.0',
    id,
    source: '/test',
    type: 'SomethingHappened',
    time: time.toISOString(),
    subject,
    datacontenttype: 'application/json',
    dataschema: '/test/openapi.json#SomethingHappened',
    data: { nth: 1 },
  };
}

/** A consumer that keeps what it receives, and its position, in memory. */
export class CollectingConsumer implements Consumer {
  readonly received: LoggedEvent[] = [];
  readonly errors: unknown[] = [];
  position = 0;

  constructor(
    readonly name: string,
    /** Called before a batch is accepted. */
    private readonly before: (events: readonly LoggedEvent[]) => Promise<void> = () => Promise.resolve(),
  ) {}

  /** The ids of the events of a subject, in the order in which they arrived. */
  idsOf(subject: string): string[] {
    return this.received.filter(({ event }) => event.subject === subject).map(({ event }) => event.id);
  }

  readPosition(): Promise<number> {
    return Promise.resolve(this.position);
  }

  async handle(events: readonly LoggedEvent[]): Promise<void> {
    await this.before(events);
    this.received.push(...events);
    this.position = events.at(-1)?.position ?? this.position;
  }

  onError(error: unknown): void {
    this.errors.push(error);
  }
}

/** Resolves when the condition holds. Rejects after `withinMs` milliseconds. */
export async function eventually(condition: () => boolean, withinMs = 10_000): Promise<void> {
  const deadline = performance.now() + withinMs;
  while (!condition()) {
    if (performance.now() > deadline) throw new Error(`It did not happen within ${withinMs} ms: ${String(condition)}`);
    await sleep(5);
  }
}

/** What every event bus does, whatever carries the events. */
export function describeEventBus(name: string, suite: EventBusSuite): void {
  describe(`the ${name} event bus`, () => {
    const buses: EventBus[] = [];
    const open = (): EventBus => {
      const bus = suite.open();
      buses.push(bus);
      return bus;
    };
    let bus: EventBus;
    beforeAll(async () => {
      await suite.start();
      bus = open();
    });
    afterAll(async () => {
      await Promise.all(buses.map((opened) => opened.close()));
      await suite.stop();
    });
    const uniqueNames = () => ({ subject: randomUUID(), name: `consumer ${randomUUID()}` });

    it('delivers the events of a subject in the order in which they were published', async () => {
      const { subject, name } = uniqueNames();
      const consumer = new CollectingConsumer(name);
      bus.consume(consumer);
      const ids = Array.from({ length: 250 }, (_, nth) => `${subject} ${nth}`);
      for (let start = 0; start < ids.length; start += 25)
        await bus.publish(ids.slice(start, start + 25).map((id) => createEvent(subject, id)));
      await eventually(() => consumer.idsOf(subject).length === ids.length);
      expect(consumer.idsOf(subject)).toEqual(ids);
    });

    it('announces events to a consumer that waits, which does not have to poll', async () => {
      const { subject, name } = uniqueNames();
      const consumer = new CollectingConsumer(name);
      const consumption = bus.consume(consumer);
      await eventually(() => consumption.active);
      for (let nth = 1; nth <= 5; nth++) {
        await bus.publish([createEvent(subject)]);
        // A poll comes every 5 s.
        await eventually(() => consumer.idsOf(subject).length === nth, 2_500);
      }
    });

    it('stores an event that is published twice once, whoever publishes it', async () => {
      const { subject, name } = uniqueNames();
      const events = Array.from({ length: 20 }, () => createEvent(subject));
      await Promise.all([bus.publish(events), open().publish(events), bus.publish(events.slice(5, 10))]);
      await bus.publish(events);
      const consumer = new CollectingConsumer(name);
      bus.consume(consumer);
      await bus.publish([createEvent(subject, `${subject} last`)]);
      await eventually(() => consumer.idsOf(subject).includes(`${subject} last`));
      // The three may have come in any order.
      expect(consumer.idsOf(subject).sort()).toEqual([...events.map(({ id }) => id), `${subject} last`].sort());
    });

    it('takes events of another source with the same id for other events', async () => {
      const { subject, name } = uniqueNames();
      const event = createEvent(subject);
      await bus.publish([event, { ...event, source: '/other' }]);
      const consumer = new CollectingConsumer(name);
      bus.consume(consumer);
      await eventually(() => consumer.idsOf(subject).length === 2);
    });

    it('gives a consumer that starts late every event from its position on', async () => {
      const { subject, name } = uniqueNames();
      const event = createEvent(subject);
      await bus.publish([event]);
      const before = await bus.readHead();
      const late = createEvent(subject);
      await bus.publish([late]);
      const all = new CollectingConsumer(name);
      const some = new CollectingConsumer(`${name} from the middle`);
      some.position = before;
      bus.consume(all);
      bus.consume(some);
      await eventually(() => all.idsOf(subject).length === 2 && some.idsOf(subject).length === 1);
      expect(some.idsOf(subject)).toEqual([late.id]);
      expect(await bus.readHead()).toBe(all.received.at(-1)?.position);
    });

    it('delivers a batch again that could not be handled, and everything behind it only afterwards', async () => {
      const { subject, name } = uniqueNames();
      let failures = 3;
      const consumer = new CollectingConsumer(name, () =>
        failures-- > 0 ? Promise.reject(new Error('Not now')) : Promise.resolve(),
      );
      const events = [createEvent(subject), createEvent(subject)];
      await bus.publish(events);
      bus.consume(consumer);
      await eventually(() => consumer.idsOf(subject).length === 2);
      expect([consumer.idsOf(subject), consumer.errors.length]).toEqual([events.map(({ id }) => id), 3]);
    });

    it('delivers to one of two consumers of the same name, and to the other when that one stops', async () => {
      const { subject, name } = uniqueNames();
      const [first, second] = [new CollectingConsumer(name), new CollectingConsumer(name)];
      const stopped = open().consume(first);
      await eventually(() => stopped.active);
      const waiting = open().consume(second);
      await bus.publish([createEvent(subject)]);
      await eventually(() => first.idsOf(subject).length === 1);
      expect([waiting.active, second.received.length]).toEqual([false, 0]);
      second.position = first.position;
      await stopped.stop();
      const event = createEvent(subject);
      await bus.publish([event]);
      await eventually(() => second.idsOf(subject).length === 1);
      expect([first.idsOf(subject).length, second.idsOf(subject)]).toEqual([1, [event.id]]);
    });

    it('stops after the batch in hand', async () => {
      const { subject, name } = uniqueNames();
      const [begun, finished] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
      const consumer = new CollectingConsumer(name, () => (begun.resolve(), finished.promise));
      await bus.publish([createEvent(subject)]);
      const consumption = bus.consume(consumer);
      await begun.promise;
      const stopped = consumption.stop();
      finished.resolve();
      await stopped;
      expect([consumption.active, consumer.received.length > 0]).toEqual([false, true]);
    });

    it('keeps positions in the order of commits, while many publish', async () => {
      const { subject, name } = uniqueNames();
      const consumer = new CollectingConsumer(name);
      bus.consume(consumer);
      const publishers = Array.from({ length: 8 }, () => open());
      await Promise.all(
        publishers.map(async (publisher) => {
          for (let nth = 0; nth < 20; nth++) await publisher.publish([createEvent(subject)]);
        }),
      );
      await eventually(() => consumer.idsOf(subject).length === 160);
      const positions = consumer.received.map(({ position }) => position);
      expect(positions).toEqual([...new Set(positions)].sort((a, b) => a - b));
    });

    const { outage } = suite;
    if (outage)
      it('continues where it was when what carries the events is available again', async () => {
        const { subject, name } = uniqueNames();
        const consumer = new CollectingConsumer(name);
        const consumption = bus.consume(consumer);
        await bus.publish([createEvent(subject)]);
        await eventually(() => consumer.idsOf(subject).length === 1);
        await outage.begin();
        await expect(bus.publish([createEvent(subject)])).rejects.toThrow();
        await eventually(() => consumer.errors.length > 0);
        await outage.end();
        const event = createEvent(subject);
        await eventually(() => consumption.active);
        await bus.publish([event]);
        await eventually(() => consumer.idsOf(subject).includes(event.id), 3_000);
        expect(new Set(consumer.idsOf(subject)).size).toBe(consumer.idsOf(subject).length);
      });
  });
}
