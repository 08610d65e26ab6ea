import { describe, expect, it } from '@jest/globals';
import { figure, largest, median, NothingMeasured, quantile } from './quantile.js';

describe('a figure of a benchmark', () => {
  it.each([
    ['a quantile', () => quantile([], 0.99)],
    ['a median', () => median([])],
    ['the largest', () => largest([])],
    ['a quantile of what could not be measured', () => quantile([1, NaN, 2], 0.5)],
    ['the largest of what never ended', () => largest([1, Infinity])],
    ['a text', () => figure(NaN)],
  ])('fails when there was no case: %s', (_, ask) => {
    expect(ask).toThrow(NothingMeasured);
  });

  it('says how many cases there were, and what was wrong with one', () => {
    expect(() => median([1, NaN, 2])).toThrow('One of 3 cases was not measured: expected a number, got NaN');
  });

  it('is the number itself where there is one, and lies between two where it falls between them', () => {
    expect([quantile([7], 0.5), quantile([4, 1, 3, 2], 0.5), quantile([1, 2, 3], 1)]).toEqual([7, 2.5, 3]);
    expect([largest([3, 9, 4]), figure(2.345, 2)]).toEqual([9, '2.35']);
  });
});
