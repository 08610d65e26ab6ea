import type { SagaIdentity } from '@bff/saga';
import { formatSagaKey } from './event-log.js';
import type { FactEntry } from './event-log.js';

/** Facts that wait to be stored; those of one saga in the order in which they came. */
export class PendingFacts {
  /** The sagas that have waited longest come first. */
  private readonly bySaga = new Map<string, PendingSaga>();
  private count = 0;

  get size(): number {
    return this.count;
  }

  add(entry: FactEntry): void {
    const key = formatSagaKey(entry.saga);
    const pending = this.bySaga.get(key);
    if (pending) pending.entries.push(entry);
    else this.bySaga.set(key, { since: performance.now(), entries: [entry] });
    this.count++;
  }

  /** When the saga that has waited longest began to wait, by performance.now(); Infinity when none waits. */
  get oldestSince(): number {
    const [longest] = this.bySaga.values();
    return longest?.since ?? Infinity;
  }

  /** Takes at most `max` facts, of sagas that have waited since `since` or longer; the longest-waiting first. */
  take(max: number, since = Infinity): FactEntry[] {
    const taken: FactEntry[] = [];
    for (const [key, pending] of this.bySaga) {
      if (taken.length === max || pending.since > since) break;
      taken.push(...this.takeFrom(key, max - taken.length));
    }
    return taken;
  }

  /** Takes all facts of one saga. */
  takeSaga(saga: SagaIdentity): FactEntry[] {
    return this.takeFrom(formatSagaKey(saga), Infinity);
  }

  /** Puts facts back, before those that came meanwhile. */
  putBack(entries: readonly FactEntry[]): void {
    const meanwhile = [...this.bySaga];
    this.bySaga.clear();
    for (const [key, pending] of Map.groupBy(entries, ({ saga }) => formatSagaKey(saga)))
      this.bySaga.set(key, { since: performance.now(), entries: pending });
    for (const [key, { since, entries: pending }] of meanwhile) {
      const before = this.bySaga.get(key);
      if (before) before.entries.push(...pending);
      else this.bySaga.set(key, { since, entries: pending });
    }
    this.count += entries.length;
  }

  private takeFrom(key: string, max: number): FactEntry[] {
    const pending = this.bySaga.get(key)?.entries ?? [];
    const taken = pending.splice(0, max);
    if (pending.length === 0) this.bySaga.delete(key);
    this.count -= taken.length;
    return taken;
  }
}

/** The facts of one saga, and when the first of them began to wait. */
interface PendingSaga {
  readonly since: number;
  readonly entries: FactEntry[];
}
