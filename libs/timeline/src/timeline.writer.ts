import { setTimeout as sleep } from 'node:timers/promises';
import { isDatabaseFailure } from '@bff/database';
import type { FactKind, SagaFact, SagaIdentity, Timeline } from '@bff/saga';
import type { FactEntry, EventLog } from './event-log.js';
import { PendingFacts } from './pending-facts.js';

const MAX_FACTS_PER_WRITE = 200;

const MAX_RECORDINGS_PER_WRITE = 50;

/**
 * How long facts are gathered before they are stored, in milliseconds: most sagas end before, and are stored in one write. One
 * statement for many sagas costs little more than one for a single saga.
 */
const GATHER_MS = 250;

/** Sagas that have waited longer than this, in milliseconds, join a write that is due for another saga. */
const JOIN_AFTER_MS = 100;

/** While the database is unavailable, the oldest facts above this number are dropped: each saga records its facts again at its end. */
const MAX_PENDING_FACTS = 50_000;

/** Under load, sagas that end within this interval, in milliseconds, share a write: that takes half the CPU. */
const MIN_WRITE_INTERVAL_MS = 5;

const RETRY_PAUSE_MS = 500;

/** Facts that an operator is about to look at: stored immediately, with the pending facts of their sagas. */
const URGENT_KINDS: ReadonlySet<FactKind> = new Set(['ATTENTION_NEEDED', 'DECIDED', 'RESUMED']);

/** Facts whose caller waits until they are stored. */
interface Recording {
  readonly saga: SagaIdentity;
  readonly entries: readonly FactEntry[];
  readonly resolve: () => void;
  readonly reject: (error: unknown) => void;
}

/**
 * Stores facts beside the sagas: enqueued facts are gathered, and no saga waits for them. Facts that are lost with this process
 * are recorded again by the replay of their saga, and all of a saga's facts once more at its end.
 */
export class TimelineWriter implements Timeline {
  private readonly pending = new PendingFacts();
  /** Sagas with a fact of an urgent kind. */
  private urgent: SagaIdentity[] = [];
  private recordings: Recording[] = [];
  private writeLoop: Promise<void> | undefined;
  private closed = false;
  private lastWriteAt = -Infinity;
  private stopGathering: (() => void) | undefined;

  constructor(
    private readonly eventLog: EventLog,
    private readonly onFailure: (error: unknown) => void,
  ) {}

  enqueue(saga: SagaIdentity, fact: SagaFact): void {
    this.pending.add({ saga, fact });
    if (this.pending.size > MAX_PENDING_FACTS) this.pending.take(MAX_FACTS_PER_WRITE);
    if (URGENT_KINDS.has(fact.kind)) this.urgent.push(saga);
    this.ensureWriting();
  }

  record(saga: SagaIdentity, facts: readonly SagaFact[]): Promise<void> {
    return new Promise((resolve, reject) => {
      this.recordings.push({ saga, entries: facts.map((fact) => ({ saga, fact })), resolve, reject });
      this.ensureWriting();
    });
  }

  /** Resolves when all facts are stored, or the database is unavailable. */
  async close(): Promise<void> {
    this.closed = true;
    this.stopGathering?.();
    await this.writeLoop;
  }

  private ensureWriting(): void {
    if (this.isIdle()) return;
    this.writeLoop ??= this.writeAll();
    if (this.isUrgent()) this.stopGathering?.();
  }

  private isIdle(): boolean {
    return this.pending.size + this.recordings.length === 0;
  }

  /** When the pending facts are due, by performance.now(). */
  private get pendingDueAt(): number {
    return this.pending.oldestSince + GATHER_MS;
  }

  private isUrgent(): boolean {
    return this.urgent.length + this.recordings.length > 0;
  }

  private async writeAll(): Promise<void> {
    while (!this.isIdle() && (await this.writeSome()));
    // In the same turn as the last check: a fact that comes now starts another loop.
    this.writeLoop = undefined;
  }

  /** False when the loop must stop. */
  private async writeSome(): Promise<boolean> {
    await this.gather();
    const recordings = this.recordings.splice(0, MAX_RECORDINGS_PER_WRITE);
    const isDue = this.closed || performance.now() >= this.pendingDueAt;
    const waitingSince = this.closed ? Infinity : performance.now() - JOIN_AFTER_MS;
    const batch = [
      // The pending facts of a saga come before its recorded ones: failed attempts are among the pending ones alone.
      ...[...this.urgent.splice(0), ...recordings.map(({ saga }) => saga)].flatMap((saga) =>
        this.pending.takeSaga(saga),
      ),
      ...(isDue ? this.pending.take(MAX_FACTS_PER_WRITE, waitingSince) : []),
    ];
    try {
      await this.eventLog.append([...batch, ...recordings.flatMap(({ entries }) => entries)]);
      this.lastWriteAt = performance.now();
      for (const recording of recordings) this.complete(recording);
    } catch (error) {
      this.onFailure(error);
      if (!isDatabaseFailure(error)) {
        await this.writeEach(batch);
        for (const recording of recordings) await this.writeRecording(recording);
        return true;
      }
      // Recordings that came meanwhile would fail, too: all are rejected, and their callers record again.
      for (const { reject } of [...recordings, ...this.recordings.splice(0)]) reject(error);
      this.pending.putBack(batch);
      if (this.closed) return false;
      await sleep(RETRY_PAUSE_MS);
    }
    return true;
  }

  /** Resolves when a write is due. */
  private async gather(): Promise<void> {
    for (let ms = this.getDelayMs(); ms > 0; ms = this.getDelayMs()) {
      const { promise, resolve } = Promise.withResolvers<void>();
      // A timer may be early by less than a millisecond.
      const timer = setTimeout(resolve, Math.ceil(ms) + 1);
      this.stopGathering = resolve;
      await promise;
      clearTimeout(timer);
    }
  }

  /** The time until the next write is due, in milliseconds. */
  private getDelayMs(): number {
    if (this.closed) return 0;
    return (this.isUrgent() ? this.lastWriteAt + MIN_WRITE_INTERVAL_MS : this.pendingDueAt) - performance.now();
  }

  /** Stores one recording; when that fails, its caller is rejected, and records again. */
  private async writeRecording(recording: Recording): Promise<void> {
    try {
      await this.eventLog.append(recording.entries);
      this.complete(recording);
    } catch (error) {
      recording.reject(error);
    }
  }

  /** Resolves a recording. Its saga has ended, or writes seldom: its cached state is dropped. */
  private complete({ saga, resolve }: Recording): void {
    this.eventLog.forget(saga);
    resolve();
  }

  /** Stores facts one by one, so that a fact that cannot be stored does not block the others. */
  private async writeEach(batch: readonly FactEntry[]): Promise<void> {
    const failed: FactEntry[] = [];
    for (const entry of batch)
      await this.eventLog.append([entry]).catch((error: unknown) => {
        this.onFailure(error);
        if (isDatabaseFailure(error)) failed.push(entry);
      });
    this.pending.putBack(failed);
  }
}
