import type { SagaFact } from './fact.js';

/** A saga whose facts are written down. */
export interface SagaIdentity {
  readonly sagaId: string;
  /** The saga's name. */
  readonly saga: string;
  readonly version: number;
  /** Whose saga it is. */
  readonly subject: string;
}

/** Where the facts of sagas are written down, for ever. A fact is written once, however often it comes. */
export interface Timeline {
  /** Writes a fact soon, without waiting. It is lost when this process dies before that; `record` brings it again. */
  enqueue(saga: SagaIdentity, fact: SagaFact): void;
  /** Writes facts, and resolves when they are durable. Rejects when they cannot be written now. */
  record(saga: SagaIdentity, facts: readonly SagaFact[]): Promise<void>;
}
