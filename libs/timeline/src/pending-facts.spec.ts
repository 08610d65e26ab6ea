import { describe, expect, it } from '@jest/globals';
import type { SagaFact } from '@bff/saga';
import type { FactEntry } from './event-log.js';
import { PendingFacts } from './pending-facts.js';

const entry = (sagaId: string, key: string): FactEntry => ({
  saga: { saga: 'Purchase', sagaId, version: 1, subject: 'ada' },
  fact: { key } as SagaFact,
});
const keysOf = (notes: readonly FactEntry[]): string[] => notes.map(({ fact }) => fact.key);

describe('pending facts', () => {
  it('are taken from the sagas that have waited long enough, and from no other', () => {
    const pending = new PendingFacts();
    pending.add(entry('a', 'a1'));
    const since = performance.now();
    // The clock is finer than a millisecond.
    while (performance.now() <= since);
    pending.add(entry('b', 'b1'));
    pending.add(entry('a', 'a2'));
    expect(pending.oldestSince).toBeLessThanOrEqual(since);
    expect(keysOf(pending.take(10, since))).toEqual(['a1', 'a2']);
    expect(pending.oldestSince).toBeGreaterThan(since);
    expect(keysOf(pending.take(10))).toEqual(['b1']);
    expect([pending.size, pending.oldestSince]).toEqual([0, Infinity]);
  });

  it('come before what came meanwhile when they are put back', () => {
    const pending = new PendingFacts();
    for (const note of [entry('a', 'a1'), entry('b', 'b1')]) pending.add(note);
    const taken = pending.take(10);
    for (const note of [entry('c', 'c1'), entry('b', 'b2')]) pending.add(note);
    pending.putBack(taken);
    expect(pending.size).toBe(4);
    expect(keysOf(pending.take(3))).toEqual(['a1', 'b1', 'b2']);
    expect(keysOf(pending.take(3))).toEqual(['c1']);
  });
});
