import type { SagaIdentity } from '@bff/saga';
import { formatSagaKey } from './event-log.js';
import type { FactEntry } from './event-log.js';

/** Facts that wait to be written, those of a saga in the order in which they came. */
export class PendingFacts {
  /** Those that have waited longest come first. */
  private readonly bySaga = new Map<string, PendingSaga>();
  private count = 0;

  get size(): number {
    return this.count;
  }

  add(note: FactEntry): void {
    const place = formatSagaKey(note.saga);
    const theirs = this.bySaga.get(place);
    if (theirs) theirs.entries.push(note);
    else this.bySaga.set(place, { since: performance.now(), entries: [note] });
    this.count++;
  }

  /** Since when a saga waits, the one that has waited longest, on the clock of this process, in milliseconds. */
  get oldestSince(): number {
    const [longest] = this.bySaga.values();
    return longest?.since ?? Infinity;
  }

  /** At most so many, those of the sagas that have waited longest, of whom each has waited since then. */
  take(max: number, since = Infinity): FactEntry[] {
    const taken: FactEntry[] = [];
    for (const [place, theirs] of this.bySaga) {
      if (taken.length === max || theirs.since > since) break;
      taken.push(...this.takeFrom(place, max - taken.length));
    }
    return taken;
  }

  /** All that wait of a saga. */
  takeSaga(saga: SagaIdentity): FactEntry[] {
    return this.takeFrom(formatSagaKey(saga), Infinity);
  }

  /** What was taken comes before what came meanwhile. */
  putBack(notes: readonly FactEntry[]): void {
    const meanwhile = [...this.bySaga];
    this.bySaga.clear();
    for (const [place, theirs] of Map.groupBy(notes, ({ saga }) => formatSagaKey(saga)))
      this.bySaga.set(place, { since: performance.now(), entries: theirs });
    for (const [place, { since, entries: theirs }] of meanwhile) {
      const before = this.bySaga.get(place);
      if (before) before.entries.push(...theirs);
      else this.bySaga.set(place, { since, entries: theirs });
    }
    this.count += notes.length;
  }

  private takeFrom(place: string, max: number): FactEntry[] {
    const theirs = this.bySaga.get(place)?.entries ?? [];
    const taken = theirs.splice(0, max);
    if (theirs.length === 0) this.bySaga.delete(place);
    this.count -= taken.length;
    return taken;
  }
}

/** Notes of one saga, and since when the first of them waits. */
interface PendingSaga {
  readonly since: number;
  readonly entries: FactEntry[];
}
