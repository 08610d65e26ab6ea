import { setTimeout as sleep } from 'node:timers/promises';
import { isDatabaseTrouble } from '@bff/database';
import type { FactKind, SagaFact, SagaIdentity, Timeline } from '@bff/saga';
import type { Note, TimelineStore } from './timeline.store.js';
import { WaitingNotes } from './waiting-notes.js';

/** So many facts are written at once. */
const MAX_BATCH = 200;

/** So many sagas that have ended are written at once. */
const MAX_RECORDINGS = 50;

/** Facts are gathered for so many milliseconds: one transaction for all of them costs what one for each would. */
const GATHER_MS = 40;

/** So many facts wait while the database is away; then the oldest are dropped: each saga brings its own again when it ends. */
const MAX_WAITING = 50_000;

const PAUSE_MS = 500;

/** What is written at once, with everything that was gathered by then. */
const AT_ONCE: ReadonlySet<FactKind> = new Set(['ENDED', 'ATTENTION_NEEDED', 'DECIDED']);

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
  private recordings: Recording[] = [];
  private writing: Promise<void> | undefined;
  private closed = false;
  /** Ends the gathering that is under way. */
  private hurry: (() => void) | undefined;

  constructor(
    private readonly store: TimelineStore,
    private readonly onTrouble: (error: unknown) => void,
  ) {}

  note(saga: SagaIdentity, fact: SagaFact): void {
    this.waiting.add({ saga, fact });
    if (this.waiting.size > MAX_WAITING) this.waiting.take(MAX_BATCH);
    this.begin();
    // Somebody is about to look.
    if (AT_ONCE.has(fact.kind)) this.hurry?.();
  }

  record(saga: SagaIdentity, facts: readonly SagaFact[]): Promise<void> {
    return new Promise((resolve, reject) => {
      this.recordings.push({ saga, notes: facts.map((fact) => ({ saga, fact })), resolve, reject });
      this.begin();
      this.hurry?.();
    });
  }

  /** Resolves when what was noted is written, or the database is away. */
  async close(): Promise<void> {
    this.closed = true;
    await this.writing;
  }

  private begin(): void {
    if (this.isIdle()) return;
    this.writing ??= this.write();
  }

  /** Whether there is nothing to write. */
  private isIdle(): boolean {
    return this.waiting.size + this.recordings.length === 0;
  }

  private async write(): Promise<void> {
    while (!this.isIdle() && (await this.writeSome()));
    // In the same turn as the last look: whatever comes now begins anew.
    this.writing = undefined;
  }

  /** False when it is of no use to go on. */
  private async writeSome(): Promise<boolean> {
    if (!this.closed && this.recordings.length === 0) await this.gather();
    const recordings = this.recordings.splice(0, MAX_RECORDINGS);
    // What a saga noted happened before it ended, also what only notes tell.
    const batch = [...recordings.flatMap(({ saga }) => this.waiting.takeOf(saga)), ...this.waiting.take(MAX_BATCH)];
    try {
      await this.store.append([...batch, ...recordings.flatMap(({ notes }) => notes)]);
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

  private gather(): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, GATHER_MS);
      this.hurry = () => {
        clearTimeout(timer);
        resolve();
      };
    });
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
    for (const note of batch) await this.store.append([note]).catch(this.onTrouble);
  }
}
