import { randomUUID } from 'node:crypto';
import type { SagaFact, SagaIdentity } from '@bff/saga';

const EMPTY = {
  step: null,
  stepKind: null,
  direction: null,
  result: null,
  ms: null,
  error: null,
  can: null,
  decision: null,
  outcome: null,
};

let count = 0;
export const fact = (kind: SagaFact['kind'], more: Partial<SagaFact> = {}): SagaFact => ({
  ...EMPTY,
  key: String(++count).padStart(5, '0'),
  kind,
  at: 1_700_000_000_000 + count,
  ...more,
});
export const step = (name: string, direction: 'do' | 'undo' = 'do') =>
  ({ step: name, stepKind: 'compensatable', direction }) as const;

/** The facts of a saga whose payment is declined, and whose undo is stuck for a while. */
export function createFacts(): [SagaFact, SagaFact, SagaFact, ...SagaFact[]] {
  const error = { code: 'DECLINED', message: 'No.' };
  return [
    fact('STARTED'),
    fact('STEP_STARTED', step('hold')),
    fact('STEP_ENDED', { ...step('hold'), result: 'DONE', ms: 3 }),
    fact('STEP_STARTED', step('pay')),
    fact('STEP_ENDED', { ...step('pay'), result: 'REJECTED', error }),
    fact('STEP_STARTED', step('hold', 'undo')),
    fact('ATTEMPT_FAILED', { ...step('hold', 'undo'), error: { code: 'DOWNSTREAM_TIMEOUT', message: 'Slow.' } }),
    fact('ATTENTION_NEEDED', { ...step('hold', 'undo'), can: ['RETRY', 'SKIP', 'CANCEL'], error }),
    fact('DECIDED', { ...step('hold', 'undo'), decision: { action: 'RETRY', by: 'olga', why: 'It is back.' } }),
    fact('STEP_ENDED', { ...step('hold', 'undo'), result: 'DONE' }),
    fact('ENDED', { step: 'pay', outcome: 'REJECTED', error }),
  ];
}

export const newSaga = (subject = 'ada'): SagaIdentity => ({
  sagaId: randomUUID(),
  saga: 'Purchase',
  version: 2,
  subject,
});
