import { expect, it } from '@jest/globals';
import type { IsSame, SagaEvent, SagaOverview } from '@bff/contracts';
import type {
  DecisionAction,
  Direction,
  OrderEventKind,
  SagaOutcome,
  SagaStatus,
  StepKind,
  StepResult,
} from './saga.enums.js';

// The compiler checks these: a value that only one side has turns `true` into a type error.
it('the schema has the values of the contract of the orchestrator, and no others', () => {
  expect<IsSame<`${SagaStatus}`, SagaOverview['status']>>(true).toBe(true);
  expect<IsSame<`${OrderEventKind}`, SagaEvent['kind']>>(true).toBe(true);
  expect<IsSame<`${StepKind}`, Uppercase<NonNullable<SagaEvent['stepKind']>>>>(true).toBe(true);
  expect<IsSame<`${Direction}`, Uppercase<NonNullable<SagaEvent['direction']>>>>(true).toBe(true);
  expect<IsSame<`${StepResult}`, NonNullable<SagaEvent['result']>>>(true).toBe(true);
  expect<IsSame<`${SagaOutcome}`, NonNullable<SagaEvent['outcome']>>>(true).toBe(true);
  expect<IsSame<`${DecisionAction}`, NonNullable<SagaEvent['can']>[number]>>(true).toBe(true);
});
