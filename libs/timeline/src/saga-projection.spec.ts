import { describe, expect, it } from '@jest/globals';
import { isMismatched, projectFacts } from './saga-projection.js';
import type { SagaProjection } from './saga-projection.js';
import { fact, newSaga, step } from './timeline.fixture.js';

const mismatch = { code: 'SAGA_CODE_MISMATCH', message: 'The code was changed.' };
const timeout = { code: 'DOWNSTREAM_TIMEOUT', message: 'Slow.' };
const running = [
  fact('STARTED'),
  fact('STEP_STARTED', step('pay')),
  fact('ATTEMPT_FAILED', { ...step('pay'), error: timeout }),
];
const stuck = fact('ATTENTION_NEEDED', { ...step('pay'), error: { code: 'STUCK', message: 'Slow.' }, can: ['RETRY'] });
const mismatched = fact('ATTENTION_NEEDED', { step: 'pay', direction: 'do', error: mismatch, can: [] });
const resumed = fact('RESUMED', { step: 'pay', direction: 'do' });

function project(facts: Parameters<typeof projectFacts>[2]): SagaProjection {
  const view = projectFacts(null, newSaga(), facts);
  if (!view) throw new Error('A saga that has a fact has a projection');
  return view;
}

describe('a saga whose code does not match its journal', () => {
  it('needs attention for that reason, whatever failed before', () => {
    for (const before of [running, [...running, stuck]]) {
      const view = project([...before, mismatched]);
      expect(view).toMatchObject({ status: 'NEEDS_ATTENTION', error: mismatch, step: 'pay' });
      expect(isMismatched(view)).toBe(true);
    }
  });

  it('keeps that reason when an earlier attempt is reported late', () => {
    const late = fact('ATTEMPT_FAILED', { ...step('pay'), error: timeout });
    expect(project([...running, mismatched, late])).toMatchObject({ status: 'NEEDS_ATTENTION', error: mismatch });
  });

  it('runs when it was resumed', () => {
    const view = project([...running, mismatched, resumed]);
    expect(view).toMatchObject({ status: 'RUNNING', error: null, attention_since: null, can: null });
  });

  it('waits for the decision that it waited for before when it was resumed', () => {
    const view = project([...running, stuck, mismatched, resumed]);
    expect(view).toMatchObject({ status: 'NEEDS_ATTENTION', error: null, attention_since: stuck.at, can: ['RETRY'] });
  });

  it('ends as any other', () => {
    const ended = fact('ENDED', { outcome: 'COMPLETED' });
    expect(project([...running, mismatched, ended])).toMatchObject({ status: 'COMPLETED', error: null });
  });
});
