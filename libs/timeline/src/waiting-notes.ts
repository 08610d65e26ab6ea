import type { SagaIdentity } from '@bff/saga';
import { placeOfSaga } from './timeline.store.js';
import type { Note } from './timeline.store.js';

/** Facts that wait to be written, those of a saga in the order in which they came. */
export class WaitingNotes {
  /** Those that have waited longest come first. */
  private readonly bySaga = new Map<string, Waiting>();
  private count = 0;

  get size(): number {
    return this.count;
  }

  add(note: Note): void {
    const place = placeOfSaga(note.saga);
    const theirs = this.bySaga.get(place);
    if (theirs) theirs.notes.push(note);
    else this.bySaga.set(place, { since: performance.now(), notes: [note] });
    this.count++;
  }

  /** Since when a saga waits, the one that has waited longest, on the clock of this process, in milliseconds. */
  get since(): number {
    const [longest] = this.bySaga.values();
    return longest?.since ?? Infinity;
  }

  /** At most so many, those of the sagas that have waited longest, of whom each has waited since then. */
  take(max: number, since = Infinity): Note[] {
    const taken: Note[] = [];
    for (const [place, theirs] of this.bySaga) {
      if (taken.length === max || theirs.since > since) break;
      taken.push(...this.takeFrom(place, max - taken.length));
    }
    return taken;
  }

  /** All that wait of a saga. */
  takeOf(saga: SagaIdentity): Note[] {
    return this.takeFrom(placeOfSaga(saga), Infinity);
  }

  /** What was taken comes before what came meanwhile. */
  putBack(notes: readonly Note[]): void {
    const meanwhile = [...this.bySaga];
    this.bySaga.clear();
    for (const [place, theirs] of Map.groupBy(notes, ({ saga }) => placeOfSaga(saga)))
      this.bySaga.set(place, { since: performance.now(), notes: theirs });
    for (const [place, { since, notes: theirs }] of meanwhile) {
      const before = this.bySaga.get(place);
      if (before) before.notes.push(...theirs);
      else this.bySaga.set(place, { since, notes: theirs });
    }
    this.count += notes.length;
  }

  private takeFrom(place: string, max: number): Note[] {
    const theirs = this.bySaga.get(place)?.notes ?? [];
    const taken = theirs.splice(0, max);
    if (theirs.length === 0) this.bySaga.delete(place);
    this.count -= taken.length;
    return taken;
  }
}

/** Notes of one saga, and since when the first of them waits. */
interface Waiting {
  readonly since: number;
  readonly notes: Note[];
}
