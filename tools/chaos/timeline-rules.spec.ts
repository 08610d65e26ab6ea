import { describe, expect, it } from '@jest/globals';
import { checkTimelines } from './timeline-rules.js';
import type { StoredFact } from './timeline-rules.js';

const at = 1_700_000_000_000;
const step = { step: 'reserve the stock', direction: 'do' };

/** A correct timeline, with a step that failed once. */
const RIGHT: readonly Omit<StoredFact, 'position'>[] = [
  { key: '00001', kind: 'STARTED', at },
  { key: '00002', kind: 'STEP_STARTED', at, ...step },
  { key: 'attempt-a', kind: 'ATTEMPT_FAILED', at: at + 5, ms: 3, ...step, error: { code: 'TROUBLE', message: 'No.' } },
  { key: '00003', kind: 'STEP_ENDED', at: at + 20, ms: 4, ...step },
  { key: '00004', kind: 'ENDED', at: at + 20 },
];

const [STARTED, STEP_STARTED, ATTEMPT, STEP_ENDED, ENDED] = RIGHT as readonly [Fact, Fact, Fact, Fact, Fact];
type Fact = (typeof RIGHT)[number];

const toStored = (facts: readonly Fact[]): StoredFact[] => facts.map((fact, nth) => ({ ...fact, position: nth + 1 }));
const checkFacts = (facts: readonly StoredFact[]) => checkTimelines([{ name: 'CreateOrder a-b-c', facts }]);
const findBroken = (facts: readonly StoredFact[]) =>
  checkFacts(facts)
    .filter(({ violations }) => violations.length > 0)
    .map(({ rule }) => rule);

describe('the verdict on timelines', () => {
  it('accepts a correct one, and counts it under every rule', () => {
    const findings = checkFacts(toStored(RIGHT));
    expect(findings.flatMap(({ violations }) => violations)).toEqual([]);
    expect(findings.map(({ cases }) => cases)).toEqual(findings.map(() => 1));
  });

  it.each<{ what: string; facts: readonly StoredFact[]; rule: string }>([
    {
      what: 'a gap',
      facts: toStored(RIGHT).filter(({ position }) => position !== 3),
      rule: 'every timeline is without a gap',
    },
    {
      what: 'a step back in time',
      facts: toStored([STARTED, STEP_STARTED, { ...ATTEMPT, at: at + 30 }, STEP_ENDED, { ...ENDED, at: at + 40 }]),
      rule: 'the facts of a timeline are in order of time',
    },
    {
      what: 'a step that began twice at the same time',
      facts: toStored([STARTED, STEP_STARTED, { ...STEP_STARTED, key: '00009' }, ATTEMPT, STEP_ENDED, ENDED]),
      rule: 'nothing stands twice in a timeline',
    },
    {
      what: 'a failed attempt twice under one key',
      facts: toStored([STARTED, STEP_STARTED, ATTEMPT, { ...ATTEMPT, at: at + 6 }, STEP_ENDED, ENDED]),
      rule: 'no failed attempt stands twice in a timeline',
    },
    {
      what: 'a failed attempt twice under two keys',
      facts: toStored([STARTED, STEP_STARTED, ATTEMPT, { ...ATTEMPT, key: 'attempt-b' }, STEP_ENDED, ENDED]),
      rule: 'no failed attempt stands twice in a timeline',
    },
    {
      what: 'something after the end',
      facts: toStored([STARTED, STEP_STARTED, ATTEMPT, ENDED, { ...STEP_ENDED, at: at + 20 }]),
      rule: 'every timeline begins once and ends once, and nothing comes after its end',
    },
    {
      what: 'a failed attempt after its step',
      facts: toStored([STARTED, STEP_STARTED, STEP_ENDED, { ...ATTEMPT, at: at + 20 }, ENDED]),
      rule: 'no failed attempt comes before its step began or after it ended',
    },
  ])('is red for $what', ({ facts, rule }) => {
    expect(findBroken(facts)).toEqual([rule]);
  });

  it('counts no case where there is none', () => {
    const findings = checkTimelines([]);
    expect(findings.map(({ cases }) => cases)).toEqual(findings.map(() => 0));
  });
});
