import { expect, it } from '@jest/globals';
import type { IsSame, SagaEvent, SagaOverview } from '@bff/contracts';
import type { DecisionAction, Direction, FactKind, SagaFact, StepKind, StepResult } from '@bff/saga';
import type { SagaStatus } from '@bff/timeline';

// The compiler checks these: a value that only one side has turns `true` into a type error.
it('the contract has the statuses, kinds and results that sagas have, and no others', () => {
  expect<IsSame<SagaOverview['status'], SagaStatus>>(true).toBe(true);
  expect<IsSame<SagaEvent['kind'], FactKind | 'ATTEMPTS_OMITTED'>>(true).toBe(true);
  expect<IsSame<SagaEvent['stepKind'], StepKind | null>>(true).toBe(true);
  expect<IsSame<SagaEvent['direction'], Direction | null>>(true).toBe(true);
  expect<IsSame<SagaEvent['result'], StepResult | null>>(true).toBe(true);
  expect<IsSame<SagaEvent['outcome'], SagaFact['outcome']>>(true).toBe(true);
  expect<IsSame<NonNullable<SagaEvent['can']>[number], DecisionAction>>(true).toBe(true);
});
