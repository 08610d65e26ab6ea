import { setTimeout as sleep } from 'node:timers/promises';
import { isDatabaseTrouble } from '@bff/database';
import type { FactKind, SagaFact, SagaIdentity, Timeline } from '@bff/saga';
import { placeOf } from './timeline.store.js';
import type { Note, TimelineStore } from './timeline.store.js';

/** So many facts are written at once. */
const MAX_BATCH = 200;

/** Facts are gathered for so many milliseconds: one transaction for all of them costs what one for each would. */
const GATHER_MS = 40;

/** So many facts wait while the database is away; then the oldest are dropped: each saga brings its own again when it ends. */
const MAX_WAITING = 50_000;

const PAUSE_MS = 500;

/** What is written at once, with everything that was gathered by then. */
const AT_ONCE: ReadonlySet<FactKind> = new Set(['ENDED', 'ATTENTION_NEEDED', 'DECIDED']);

/** Of so many sagas it is known which of their facts this process has written. */
const MAX_KNOWN = 10_000;

/** The facts of a saga that has ended; somebody waits until they are written. */
interface Recording {
  readonly notes: readonly Note[];
  readonly resolve: () => void;
  readonly reject: (error: unknown) => void;
}

/**
 * Writes facts down beside the sagas, never in their way: a database that is away keeps no order waiting. What is lost with
 * this process is told again when the saga is, and once more when it has ended.
 */
export class TimelineWriter implements Timeline {
  private waiting: Note[] = [];
  private recordings: Recording[] = [];
  private writing: Promise<void> | undefined;
  /** The keys of the facts that are written, by saga: a saga that has ended need not bring those again. */
  private readonly written = new Map<string, Set<string>>();
  private closed = false;
  /** Ends the gathering that is under way. */
  private hurry: (() => void) | undefined;

  constructor(
    private readonly store: TimelineStore,
    private readonly onTrouble: (error: unknown) => void,
  ) {}

  note(saga: SagaIdentity, fact: SagaFact): void {
    this.waiting.push({ saga, fact });
    if (this.waiting.length > MAX_WAITING) this.waiting.splice(0, MAX_BATCH);
    this.begin();
    // Somebody is about to look.
    if (AT_ONCE.has(fact.kind)) this.hurry?.();
  }

  record(saga: SagaIdentity, facts: readonly SagaFact[]): Promise<void> {
    return new Promise((resolve, reject) => {
      this.recordings.push({ notes: facts.map((fact) => ({ saga, fact })), resolve, reject });
      this.begin();
    });
  }

  /** Resolves when what was noted is written, or the database is away. */
  async close(): Promise<void> {
    this.closed = true;
    await this.writing;
  }

  private begin(): void {
    this.writing ??= this.write();
  }

  private async write(): Promise<void> {
    while (this.waiting.length + this.recordings.length > 0 && (await this.writeSome()));
    // In the same turn as the last look: whatever comes now begins anew.
    this.writing = undefined;
  }

  /** False when it is of no use to go on. */
  private async writeSome(): Promise<boolean> {
    if (!this.closed) await this.gather();
    const batch = this.waiting.splice(0, MAX_BATCH);
    const recordings = this.recordings.splice(0);
    try {
      const brought = recordings.flatMap(({ notes }) => notes).filter((note) => !this.isWritten(note));
      await this.store.append([...batch, ...brought]);
      for (const note of batch) this.remember(note);
      for (const recording of recordings) this.done(recording);
    } catch (error) {
      this.onTrouble(error);
      if (!isDatabaseTrouble(error)) {
        await this.writeEach(batch);
        for (const recording of recordings) await this.writeAlone(recording);
        return true;
      }
      for (const recording of recordings) recording.reject(error);
      this.waiting.unshift(...batch);
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

  private isWritten({ saga, fact }: Note): boolean {
    return this.written.get(placeOf({ saga: saga.saga, id: saga.sagaId }))?.has(fact.key) ?? false;
  }

  private remember({ saga, fact }: Note): void {
    const place = placeOf({ saga: saga.saga, id: saga.sagaId });
    const keys = this.written.get(place) ?? new Set();
    this.written.set(place, keys.add(fact.key));
    const [oldest] = this.written.keys();
    if (this.written.size > MAX_KNOWN && oldest !== undefined) this.written.delete(oldest);
  }

  /** Nothing more comes of a saga that has ended. */
  private done({ notes: [first], resolve }: Recording): void {
    if (first) this.written.delete(placeOf({ saga: first.saga.saga, id: first.saga.sagaId }));
    resolve();
  }

  /** One fact that cannot be written does not keep the others back. */
  private async writeEach(batch: readonly Note[]): Promise<void> {
    for (const note of batch) await this.store.append([note]).catch(this.onTrouble);
  }
}
