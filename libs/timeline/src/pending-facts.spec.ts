import { describe, expect, it } from '@jest/globals';
import type { SagaFact } from '@bff/saga';
import type { FactEntry } from './event-log.js';
import { PendingFacts } from './pending-facts.js';

const noted = (sagaId: string, key: string): FactEntry => ({
  saga: { saga: 'Purchase', sagaId, version: 1, subject: 'ada' },
  fact: { key } as SagaFact,
});
const keysOf = (notes: readonly FactEntry[]): string[] => notes.map(({ fact }) => fact.key);

describe('notes that wait', () => {
  it('are taken of the sagas that have waited since then, and of no other', () => {
    const waiting = new PendingFacts();
    waiting.add(noted('a', 'a1'));
    const since = performance.now();
    // The clock is finer than a millisecond.
    while (performance.now() <= since);
    waiting.add(noted('b', 'b1'));
    waiting.add(noted('a', 'a2'));
    expect(waiting.oldestSince).toBeLessThanOrEqual(since);
    expect(keysOf(waiting.take(10, since))).toEqual(['a1', 'a2']);
    expect(waiting.oldestSince).toBeGreaterThan(since);
    expect(keysOf(waiting.take(10))).toEqual(['b1']);
    expect([waiting.size, waiting.oldestSince]).toEqual([0, Infinity]);
  });

  it('come before what came meanwhile when they are put back', () => {
    const waiting = new PendingFacts();
    for (const note of [noted('a', 'a1'), noted('b', 'b1')]) waiting.add(note);
    const taken = waiting.take(10);
    for (const note of [noted('c', 'c1'), noted('b', 'b2')]) waiting.add(note);
    waiting.putBack(taken);
    expect(waiting.size).toBe(4);
    expect(keysOf(waiting.take(3))).toEqual(['a1', 'b1', 'b2']);
    expect(keysOf(waiting.take(3))).toEqual(['c1']);
  });
});
