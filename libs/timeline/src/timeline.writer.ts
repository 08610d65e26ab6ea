import { setTimeout as sleep } from 'node:timers/promises';
import { isDatabaseTrouble } from '@bff/database';
import type { SagaFact, SagaIdentity, Timeline } from '@bff/saga';
import type { Note, TimelineStore } from './timeline.store.js';

/** So many facts are written at once. */
const MAX_BATCH = 200;

/** So many facts wait while the database is away; then the oldest are dropped: each saga brings its own again when it ends. */
const MAX_WAITING = 50_000;

const PAUSE_MS = 500;

/**
 * Writes facts down beside the sagas, never in their way: a database that is away keeps no order waiting. What is lost with
 * this process is told again when the saga is, and once more when it has ended.
 */
export class TimelineWriter implements Timeline {
  private waiting: Note[] = [];
  private writing: Promise<void> | undefined;
  private closed = false;

  constructor(
    private readonly store: TimelineStore,
    private readonly onTrouble: (error: unknown) => void,
  ) {}

  note(saga: SagaIdentity, fact: SagaFact): void {
    this.waiting.push({ saga, fact });
    if (this.waiting.length > MAX_WAITING) this.waiting.splice(0, MAX_BATCH);
    this.writing ??= this.write().finally(() => {
      this.writing = undefined;
    });
  }

  record(saga: SagaIdentity, facts: readonly SagaFact[]): Promise<void> {
    return this.store.append(facts.map((fact) => ({ saga, fact })));
  }

  /** Resolves when what was noted is written, or the database is away. */
  async close(): Promise<void> {
    this.closed = true;
    await this.writing;
  }

  private async write(): Promise<void> {
    // What is noted in the same turn is written together.
    await Promise.resolve();
    while (this.waiting.length > 0) {
      const batch = this.waiting.splice(0, MAX_BATCH);
      try {
        await this.store.append(batch);
      } catch (error) {
        this.onTrouble(error);
        if (!isDatabaseTrouble(error)) {
          await this.writeEach(batch);
          continue;
        }
        this.waiting.unshift(...batch);
        if (this.closed) return;
        await sleep(PAUSE_MS);
      }
    }
  }

  /** One fact that cannot be written does not keep the others back. */
  private async writeEach(batch: readonly Note[]): Promise<void> {
    for (const note of batch) await this.store.append([note]).catch(this.onTrouble);
  }
}
