import type { SagaFact } from './fact.js';

/** A saga whose facts are stored. */
export interface SagaIdentity {
  readonly sagaId: string;
  /** The saga's name. */
  readonly saga: string;
  readonly version: number;
  /** Who owns the saga. */
  readonly subject: string;
}

/** Where the facts of sagas are stored permanently. Storing the same fact again changes nothing. */
export interface Timeline {
  /** Queues a fact, to be stored soon. It is lost when this process dies before that; `record` stores it then. */
  enqueue(saga: SagaIdentity, fact: SagaFact): void;
  /** Stores facts, and resolves when they are durable. Rejects when they cannot be stored now. */
  record(saga: SagaIdentity, facts: readonly SagaFact[]): Promise<void>;
}
