import { setTimeout as sleep } from 'node:timers/promises';
import { isDatabaseTrouble } from '@bff/database';
import type { FactKind, SagaFact, SagaIdentity, Timeline } from '@bff/saga';
import type { Note, TimelineStore } from './timeline.store.js';
import { WaitingNotes } from './waiting-notes.js';

/** So many facts are written at once. */
const MAX_BATCH = 200;

/** So many sagas that have ended are written at once. */
const MAX_RECORDINGS = 50;

/**
 * Facts of a saga are gathered for so many milliseconds: most sagas end before, and are written once. One statement for many
 * sagas costs little more than one for each would.
 */
const GATHER_MS = 250;

/** Sagas that have waited for so many milliseconds are written together with those that must. */
const ALONG_MS = 100;

/** So many facts wait while the database is away; then the oldest are dropped: each saga brings its own again when it ends. */
const MAX_WAITING = 50_000;

/** Under load, sagas that end within so many milliseconds of one another are written together: that takes half the CPU. */
const PACE_MS = 5;

const PAUSE_MS = 500;

/** Somebody is about to look: these are written at once, with what their sagas noted before. */
const AT_ONCE: ReadonlySet<FactKind> = new Set(['ATTENTION_NEEDED', 'DECIDED', 'RESUMED']);

/** Facts that somebody waits for until they are written. */
interface Recording {
  readonly saga: SagaIdentity;
  readonly notes: readonly Note[];
  readonly resolve: () => void;
  readonly reject: (error: unknown) => void;
}

/**
 * Writes facts down beside the sagas: what is noted is gathered, and nobody waits for it. What is lost with this process is
 * told again when the saga is, and brought once more when it ends; most of it is written by then.
 */
export class TimelineWriter implements Timeline {
  private readonly waiting = new WaitingNotes();
  /** Sagas that do not wait so long. */
  private urgent: SagaIdentity[] = [];
  private recordings: Recording[] = [];
  private writing: Promise<void> | undefined;
  private closed = false;
  /** When something was written last. */
  private wrote = -Infinity;
  /** Ends the gathering that is under way. */
  private hurry: (() => void) | undefined;

  constructor(
    private readonly store: TimelineStore,
    private readonly onTrouble: (error: unknown) => void,
  ) {}

  note(saga: SagaIdentity, fact: SagaFact): void {
    this.waiting.add({ saga, fact });
    if (this.waiting.size > MAX_WAITING) this.waiting.take(MAX_BATCH);
    if (AT_ONCE.has(fact.kind)) this.urgent.push(saga);
    this.begin();
  }

  record(saga: SagaIdentity, facts: readonly SagaFact[]): Promise<void> {
    return new Promise((resolve, reject) => {
      this.recordings.push({ saga, notes: facts.map((fact) => ({ saga, fact })), resolve, reject });
      this.begin();
    });
  }

  /** Resolves when what was noted is written, or the database is away. */
  async close(): Promise<void> {
    this.closed = true;
    this.hurry?.();
    await this.writing;
  }

  private begin(): void {
    if (this.isIdle()) return;
    this.writing ??= this.write();
    if (this.isUrgent()) this.hurry?.();
  }

  /** Whether there is nothing to write. */
  private isIdle(): boolean {
    return this.waiting.size + this.recordings.length === 0;
  }

  /** When those that wait are written, on the clock of this process, in milliseconds. */
  private get due(): number {
    return this.waiting.since + GATHER_MS;
  }

  private isUrgent(): boolean {
    return this.urgent.length + this.recordings.length > 0;
  }

  private async write(): Promise<void> {
    while (!this.isIdle() && (await this.writeSome()));
    // In the same turn as the last look: whatever comes now begins anew.
    this.writing = undefined;
  }

  /** False when it is of no use to go on. */
  private async writeSome(): Promise<boolean> {
    await this.gather();
    const recordings = this.recordings.splice(0, MAX_RECORDINGS);
    const isDue = this.closed || performance.now() >= this.due;
    const along = this.closed ? Infinity : performance.now() - ALONG_MS;
    const batch = [
      // What a saga noted happened before it ended, also what only notes tell.
      ...[...this.urgent.splice(0), ...recordings.map(({ saga }) => saga)].flatMap((saga) => this.waiting.takeOf(saga)),
      ...(isDue ? this.waiting.take(MAX_BATCH, along) : []),
    ];
    try {
      await this.store.append([...batch, ...recordings.flatMap(({ notes }) => notes)]);
      this.wrote = performance.now();
      for (const recording of recordings) this.done(recording);
    } catch (error) {
      this.onTrouble(error);
      if (!isDatabaseTrouble(error)) {
        await this.writeEach(batch);
        for (const recording of recordings) await this.writeAlone(recording);
        return true;
      }
      // Those that came meanwhile would meet the same: all of them are told, and bring it again.
      for (const { reject } of [...recordings, ...this.recordings.splice(0)]) reject(error);
      this.waiting.putBack(batch);
      if (this.closed) return false;
      await sleep(PAUSE_MS);
    }
    return true;
  }

  /** Resolves when something is to be written. */
  private async gather(): Promise<void> {
    for (let ms = this.early(); ms > 0; ms = this.early()) {
      const { promise, resolve } = Promise.withResolvers<void>();
      // A timer may be early by less than a millisecond.
      const timer = setTimeout(resolve, Math.ceil(ms) + 1);
      this.hurry = resolve;
      await promise;
      clearTimeout(timer);
    }
  }

  /** In how many milliseconds something is to be written. */
  private early(): number {
    if (this.closed) return 0;
    return (this.isUrgent() ? this.wrote + PACE_MS : this.due) - performance.now();
  }

  /** Whoever brings what cannot be written is told so, and brings it again. */
  private async writeAlone(recording: Recording): Promise<void> {
    try {
      await this.store.append(recording.notes);
      this.done(recording);
    } catch (error) {
      recording.reject(error);
    }
  }

  /** Nothing more comes of a saga that has ended. */
  private done({ saga, resolve }: Recording): void {
    this.store.forget(saga);
    resolve();
  }

  /** One fact that cannot be written does not keep the others back. */
  private async writeEach(batch: readonly Note[]): Promise<void> {
    const unwritten: Note[] = [];
    for (const note of batch)
      await this.store.append([note]).catch((error: unknown) => {
        this.onTrouble(error);
        if (isDatabaseTrouble(error)) unwritten.push(note);
      });
    this.waiting.putBack(unwritten);
  }
}
