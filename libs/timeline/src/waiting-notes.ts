import type { SagaIdentity } from '@bff/saga';
import { placeOfSaga } from './timeline.store.js';
import type { Note } from './timeline.store.js';

/** Facts that wait to be written, those of a saga in the order in which they came. */
export class WaitingNotes {
  private readonly bySaga = new Map<string, Note[]>();
  private count = 0;

  get size(): number {
    return this.count;
  }

  add(note: Note): void {
    const place = placeOfSaga(note.saga);
    const theirs = this.bySaga.get(place);
    if (theirs) theirs.push(note);
    else this.bySaga.set(place, [note]);
    this.count++;
  }

  /** At most so many, those of the sagas that have waited longest. */
  take(max: number): Note[] {
    const taken: Note[] = [];
    for (const place of this.bySaga.keys()) {
      if (taken.length === max) break;
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
    for (const [place, theirs] of Map.groupBy(notes, ({ saga }) => placeOfSaga(saga)))
      this.bySaga.set(place, [...theirs, ...(this.bySaga.get(place) ?? [])]);
    this.count += notes.length;
  }

  private takeFrom(place: string, max: number): Note[] {
    const theirs = this.bySaga.get(place) ?? [];
    const taken = theirs.splice(0, max);
    if (theirs.length === 0) this.bySaga.delete(place);
    this.count -= taken.length;
    return taken;
  }
}
