import { describe, expect, it } from '@jest/globals';
import { BoundedMap } from './bounded-map.js';

const NUMBERS = Array.from({ length: 100 }, (_, nth) => nth);

describe('a bounded map', () => {
  it('never holds more than its limit, and always the half that was used last', () => {
    const map = new BoundedMap<number, string>(10);
    for (const nth of NUMBERS) {
      map.set(nth, `${nth}`);
      expect(map.get(0)).toBe('0');
    }
    const held = NUMBERS.toReversed().filter((nth) => map.get(nth) !== undefined);
    expect(held.length).toBeLessThanOrEqual(10);
    expect(held).toEqual(expect.arrayContaining([99, 98, 97, 96, 0]));
  });

  it('counts entries by weight, and keeps none that is heavier than half of its limit', () => {
    const map = new BoundedMap<string, string>(10, (text) => text.length);
    map.set('a', 'xxx');
    map.set('a', 'xx');
    map.set('b', 'xxx');
    expect(map.get('a')).toBe('xx');
    map.set('c', 'x');
    map.set('d', 'xxxxx');
    expect(map.get('a')).toBeUndefined();
    map.set('c', 'xxxxxx');
    expect(map.get('c')).toBeUndefined();
  });

  it('forgets what is deleted, in both generations', () => {
    const map = new BoundedMap<string, number>(2);
    map.set('a', 1);
    map.set('b', 2);
    map.delete('a');
    map.delete('b');
    expect([map.get('a'), map.get('b')]).toEqual([undefined, undefined]);
  });

  it('demands a limit of at least 2', () => {
    expect(() => new BoundedMap(1)).toThrow('A BoundedMap was given the limit 1: at least 2 is expected');
  });
});
