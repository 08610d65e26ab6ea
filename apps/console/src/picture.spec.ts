import { describe, expect, it } from '@jest/globals';
import { formatDuration, toPicture } from './picture.js';
import type { SagaEvent, Step, Timeline } from './saga.js';

const START = Date.parse('2026-01-02T03:04:05.000Z');
const at = (ms: number) => new Date(START + ms).toISOString();

function step(name: string, from: number, to: number | null, more: Partial<Step> = {}): Step {
  return {
    name,
    kind: 'COMPENSATABLE',
    direction: 'DO',
    result: to === null ? null : 'DONE',
    failedAttempts: [],
    omittedAttempts: 0,
    startedAt: at(from),
    endedAt: to === null ? null : at(to),
    durationMs: null,
    error: null,
    ...more,
  };
}

function event(kind: SagaEvent['kind'], ms: number, more: Partial<SagaEvent>): SagaEvent {
  return {
    id: `CreateOrder.${ms}`,
    at: at(ms),
    kind,
    step: null,
    direction: null,
    result: null,
    durationMs: null,
    error: null,
    decision: null,
    outcome: null,
    omittedAttempts: null,
    ...more,
  };
}

const timeline = (steps: readonly Step[], more: Partial<Timeline> = {}): Timeline => ({
  startedAt: at(0),
  endedAt: null,
  steps,
  events: [],
  ...more,
});

describe('the chart of a timeline', () => {
  it('has a bar for each step and each undo, from its start to its end', () => {
    const undo = { direction: 'UNDO' } as const;
    const { from, to, bars } = toPicture(
      timeline([step('a', 0, 40), step('b', 40, 100), step('b', 100, 130, undo)], { endedAt: at(140) }),
      START + 9_999,
    );
    expect([from, to]).toEqual([START, START + 140]);
    expect(bars.map((bar) => [bar.name, bar.direction, bar.from - START, bar.to - START])).toEqual([
      ['a', 'DO', 0, 40],
      ['b', 'DO', 40, 100],
      ['b', 'UNDO', 100, 130],
    ]);
    expect(bars.map(({ text }) => text)).toEqual([
      'a: done, 1 attempt, 40 ms',
      'b: done, 1 attempt, 60 ms',
      'undo: b: done, 1 attempt, 30 ms',
    ]);
  });

  it('grows while a step is being executed', () => {
    const { to, bars } = toPicture(timeline([step('a', 0, null)]), START + 3_000);
    expect([to, bars[0]?.to, bars[0]?.text]).toEqual([START + 3_000, START + 3_000, 'a: in progress, 0 attempts, 3 s']);
  });

  it('marks the end of failed attempts, the need for attention, and decisions', () => {
    const failed = { at: at(10), durationMs: 5, error: { code: 'DOWNSTREAM_TIMEOUT', message: 'Too slow.' } };
    const where = { step: 'a', direction: 'DO' } as const;
    const events = [
      event('ATTENTION_NEEDED', 30, { ...where, error: { code: 'STUCK', message: 'No response.' } }),
      event('DECIDED', 50, { ...where, decision: { action: 'RETRY', by: 'olga', why: 'It is back.' } }),
      event('DECIDED', 55, { ...where, direction: 'UNDO', decision: { action: 'SKIP', by: 'olga', why: 'No.' } }),
    ];
    const { bars } = toPicture(timeline([step('a', 0, 60, { failedAttempts: [failed] })], { events }), START + 60);
    expect(bars[0]?.marks.map((mark) => [mark.kind, mark.at - START, mark.text])).toEqual([
      ['failed', 15, 'DOWNSTREAM_TIMEOUT: Too slow.'],
      ['attention', 30, 'No response.'],
      ['decided', 50, 'RETRY by olga'],
    ]);
    expect(bars[0]?.attempts).toBe(2);
  });

  it('marks where failed attempts are not listed, with their number', () => {
    const failed = { at: at(10), durationMs: 5, error: { code: 'DOWNSTREAM_TIMEOUT', message: 'Too slow.' } };
    const events = [event('ATTEMPTS_OMITTED', 40, { step: 'a', direction: 'DO', omittedAttempts: 1_480 })];
    const steps = [step('a', 0, 60, { failedAttempts: [failed], omittedAttempts: 1_480 })];
    const [bar] = toPicture(timeline(steps, { events }), START + 60).bars;
    expect(bar?.text).toBe('a: done, 1482 attempts, 60 ms');
    expect(bar?.marks.map((mark) => [mark.kind, mark.at - START, mark.text])).toEqual([
      ['failed', 15, 'DOWNSTREAM_TIMEOUT: Too slow.'],
      ['omitted', 40, '1480 more failed attempts before this'],
    ]);
  });

  it.each([
    { ms: 140, ticks: ['0 ms', '20 ms', '40 ms', '60 ms', '80 ms', '100 ms', '120 ms', '140 ms'] },
    { ms: 9_000, ticks: ['0 ms', '2 s', '4 s', '6 s', '8 s'] },
  ])('has round numbers on its axis: $ms ms', ({ ms, ticks }) => {
    const picture = toPicture(timeline([], { endedAt: at(ms) }), START);
    expect(picture.ticks.map(({ text }) => text)).toEqual(ticks);
  });

  it.each([
    [0, '0 ms'],
    [999, '999 ms'],
    [1_540, '1.5 s'],
    [61_000, '1 min'],
    [5_400_000, '1.5 h'],
    [200_000_000, '2.3 d'],
  ])('formats %d ms as %s', (ms, text) => {
    expect(formatDuration(ms)).toBe(text);
  });
});
