import { setTimeout as sleep } from 'node:timers/promises';
import { isDatabaseTrouble } from '@bff/database';
import type { FactKind, SagaFact, SagaIdentity, Timeline } from '@bff/saga';
import type { FactEntry, EventLog } from './event-log.js';
import { PendingFacts } from './pending-facts.js';

/** So many facts are written at once. */
const MAX_FACTS_PER_WRITE = 200;

/** So many sagas that have ended are written at once. */
const MAX_RECORDINGS_PER_WRITE = 50;

/**
 * Facts of a saga are gathered for so many milliseconds: most sagas end before, and are written once. One statement for many
 * sagas costs little more than one for each would.
 */
const GATHER_MS = 250;

/** Sagas that have waited for so many milliseconds are written together with those that must. */
const JOIN_AFTER_MS = 100;

/** So many facts wait while the database is away; then the oldest are dropped: each saga brings its own again when it ends. */
const MAX_PENDING_FACTS = 50_000;

/** Under load, sagas that end within so many milliseconds of one another are written together: that takes half the CPU. */
const MIN_WRITE_INTERVAL_MS = 5;

const RETRY_PAUSE_MS = 500;

/** Somebody is about to look: these are written at once, with what their sagas noted before. */
const URGENT_KINDS: ReadonlySet<FactKind> = new Set(['ATTENTION_NEEDED', 'DECIDED', 'RESUMED']);

/** Facts that somebody waits for until they are written. */
interface Recording {
  readonly saga: SagaIdentity;
  readonly entries: readonly FactEntry[];
  readonly resolve: () => void;
  readonly reject: (error: unknown) => void;
}

/**
 * Writes facts down beside the sagas: what is noted is gathered, and nobody waits for it. What is lost with this process is
 * told again when the saga is, and brought once more when it ends; most of it is written by then.
 */
export class TimelineWriter implements Timeline {
  private readonly pending = new PendingFacts();
  /** Sagas that do not wait so long. */
  private urgent: SagaIdentity[] = [];
  private recordings: Recording[] = [];
  private writeLoop: Promise<void> | undefined;
  private closed = false;
  /** When something was written last. */
  private lastWriteAt = -Infinity;
  /** Ends the gathering that is under way. */
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

  /** Resolves when what was noted is written, or the database is away. */
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

  /** Whether there is nothing to write. */
  private isIdle(): boolean {
    return this.pending.size + this.recordings.length === 0;
  }

  /** When those that wait are written, on the clock of this process, in milliseconds. */
  private get pendingDueAt(): number {
    return this.pending.oldestSince + GATHER_MS;
  }

  private isUrgent(): boolean {
    return this.urgent.length + this.recordings.length > 0;
  }

  private async writeAll(): Promise<void> {
    while (!this.isIdle() && (await this.writeSome()));
    // In the same turn as the last look: whatever comes now begins anew.
    this.writeLoop = undefined;
  }

  /** False when it is of no use to go on. */
  private async writeSome(): Promise<boolean> {
    await this.gather();
    const recordings = this.recordings.splice(0, MAX_RECORDINGS_PER_WRITE);
    const isDue = this.closed || performance.now() >= this.pendingDueAt;
    const along = this.closed ? Infinity : performance.now() - JOIN_AFTER_MS;
    const batch = [
      // What a saga noted happened before it ended, also what only notes tell.
      ...[...this.urgent.splice(0), ...recordings.map(({ saga }) => saga)].flatMap((saga) =>
        this.pending.takeSaga(saga),
      ),
      ...(isDue ? this.pending.take(MAX_FACTS_PER_WRITE, along) : []),
    ];
    try {
      await this.eventLog.append([...batch, ...recordings.flatMap(({ entries: notes }) => notes)]);
      this.lastWriteAt = performance.now();
      for (const recording of recordings) this.complete(recording);
    } catch (error) {
      this.onFailure(error);
      if (!isDatabaseTrouble(error)) {
        await this.writeEach(batch);
        for (const recording of recordings) await this.writeRecording(recording);
        return true;
      }
      // Those that came meanwhile would meet the same: all of them are told, and bring it again.
      for (const { reject } of [...recordings, ...this.recordings.splice(0)]) reject(error);
      this.pending.putBack(batch);
      if (this.closed) return false;
      await sleep(RETRY_PAUSE_MS);
    }
    return true;
  }

  /** Resolves when something is to be written. */
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

  /** In how many milliseconds something is to be written. */
  private getDelayMs(): number {
    if (this.closed) return 0;
    return (this.isUrgent() ? this.lastWriteAt + MIN_WRITE_INTERVAL_MS : this.pendingDueAt) - performance.now();
  }

  /** Whoever brings what cannot be written is told so, and brings it again. */
  private async writeRecording(recording: Recording): Promise<void> {
    try {
      await this.eventLog.append(recording.entries);
      this.complete(recording);
    } catch (error) {
      recording.reject(error);
    }
  }

  /** Nothing more comes of a saga that has ended. */
  private complete({ saga, resolve }: Recording): void {
    this.eventLog.forget(saga);
    resolve();
  }

  /** One fact that cannot be written does not keep the others back. */
  private async writeEach(batch: readonly FactEntry[]): Promise<void> {
    const unwritten: FactEntry[] = [];
    for (const note of batch)
      await this.eventLog.append([note]).catch((error: unknown) => {
        this.onFailure(error);
        if (isDatabaseTrouble(error)) unwritten.push(note);
      });
    this.pending.putBack(unwritten);
  }
}
