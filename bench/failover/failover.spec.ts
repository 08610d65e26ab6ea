import { describe, expect, it } from '@jest/globals';
import { formatLine, measurePauses, measureResumptions, measureRetries } from './failover.cases.js';
import type { Write } from './failover.cases.js';

const write = (orderId: string, step: string, at: number, until = at + 40): Write => ({
  orderId,
  at,
  until,
  delivery: `PUT /${step}/${orderId} ${orderId}/${step}`,
});

/** The signal is sent at 1,000, and the process ends 60 ms later. */
const kill = { at: 1_000, ended: 1_060 };

describe('the failover benchmark', () => {
  it('sees a saga whose call began after the signal, while the process had not ended yet', () => {
    const writes = [write('a', 'reserve', 950), write('a', 'pay', 1_020), write('a', 'pay', 1_150)];
    expect(measureRetries(writes, kill)).toEqual([150]);
  });

  it('sees a saga whose call had been answered, but was not yet remembered', () => {
    expect(measureRetries([write('a', 'pay', 950, 990), write('a', 'pay', 1_100)], kill)).toEqual([100]);
  });

  it('counts no saga of the process that lives, and none twice', () => {
    const others = [write('b', 'reserve', 990), write('b', 'pay', 1_040), write('b', 'confirm', 1_090)];
    const twice = [write('a', 'pay', 990), write('a', 'pay', 1_100), write('a', 'pay', 1_900)];
    expect(measureRetries([...others, ...twice], kill)).toEqual([100]);
  });

  it('counts no write that was sent again before, when another process was killed', () => {
    expect(measureRetries([write('a', 'pay', 100), write('a', 'pay', 300)], kill)).toEqual([]);
  });

  it('measures how soon orders are called again, and how long they paused', () => {
    const writes = [write('a', 'reserve', 900), write('b', 'reserve', 950), write('a', 'pay', 1_300)];
    expect(measureResumptions(writes, new Set(['a', 'b']), 1_000)).toEqual([300]);
    expect(measurePauses(writes, 1_000)).toEqual([400]);
  });

  it('says how many sagas it saw, of how many kills', () => {
    expect(formatLine('Killed', [[100, 120], [], [140]], 9)).toBe(
      'Killed: 3 sagas of 2 kills resumed after 120 ms (median), 140 ms (p99), 140 ms at most; 9 orders were confirmed meanwhile',
    );
  });

  it.each([
    ['no saga was seen to resume', [[], []], 9],
    ['no order of the load was confirmed', [[100]], 0],
  ] as const)('fails when %s', (why, kills, confirmed) => {
    expect(() => formatLine('Killed', kills, confirmed)).toThrow(`Killed: ${why}`);
  });
});
