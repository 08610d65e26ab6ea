import { describe, expect, it } from '@jest/globals';
import { countCodePoints, toSearchForm } from './text.js';

describe('a text', () => {
  it('is as long as it has code points', () => {
    expect(['', 'Chai', '\u{1F375}\u{1F375}', 'e\u0301'].map(countCodePoints)).toEqual([0, 4, 2, 2]);
  });

  it.each([
    ['typed composed or decomposed', 'Lakkaliko\u0308o\u0308ri', 'LAKKALIK\u00D6\u00D6RI'],
    ['with a sigma at its end', '\u039F\u0394\u039F\u03A3', '\u03BF\u03B4\u03BF\u03C3'],
    ['with a dotted capital I', '\u0130zmir', 'izmir'],
  ])('is the same in a search: %s', (_, one, other) => expect(toSearchForm(one)).toBe(toSearchForm(other)));
});
