import { describe, expect, it } from '@jest/globals';
import { formatFigure, findLargest, computeMedian, NothingMeasured, computeQuantile } from './quantile.js';

describe('a figure of a benchmark', () => {
  it.each([
    ['a quantile', () => computeQuantile([], 0.99)],
    ['a median', () => computeMedian([])],
    ['the largest', () => findLargest([])],
    ['a quantile of what could not be measured', () => computeQuantile([1, NaN, 2], 0.5)],
    ['the largest of what never ended', () => findLargest([1, Infinity])],
    ['a text', () => formatFigure(NaN)],
  ])('fails when there was no case: %s', (_, ask) => {
    expect(ask).toThrow(NothingMeasured);
  });

  it('says how many cases there were, and what was wrong with one', () => {
    expect(() => computeMedian([1, NaN, 2])).toThrow('One of 3 cases was not measured: expected a number, got NaN');
  });

  it('is the number itself where there is one, and lies between two where it falls between them', () => {
    expect([computeQuantile([7], 0.5), computeQuantile([4, 1, 3, 2], 0.5), computeQuantile([1, 2, 3], 1)]).toEqual([
      7, 2.5, 3,
    ]);
    expect([findLargest([3, 9, 4]), formatFigure(2.345, 2)]).toEqual([9, '2.35']);
  });
});
