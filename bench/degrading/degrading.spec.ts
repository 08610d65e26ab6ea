import { describe, expect, it } from '@jest/globals';
import { measureBurst } from './degrading.burst.js';

describe('the benchmark of a circuit breaker', () => {
  it('measures when it opens, and how many probes it lets through', () => {
    expect(measureBurst([100, 110, 250, 1_250, 2_250, 3_050])).toEqual({ opensAfter: 150, probes: 1.25 });
  });

  it.each([
    ['no call came', []],
    ['the calls never stopped', [100, 110, 120]],
    ['there was one call', [100]],
  ])('fails when no breaker was seen to open: %s', (_, at) => {
    expect(() => measureBurst(at)).toThrow(`No breaker was seen to open: ${at.length} calls came`);
  });
});
