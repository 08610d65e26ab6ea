import type { SagaFact } from '@bff/saga';

/** A fact as it is written down: without what is null. */
export type StoredFact = Partial<SagaFact> & Pick<SagaFact, 'key' | 'kind' | 'at'>;

const EMPTY = {
  ...{ step: null, stepKind: null, direction: null, result: null, ms: null },
  ...{ error: null, can: null, decision: null, outcome: null },
} satisfies Partial<SagaFact>;

/** What was told. */
export function toFact(stored: StoredFact): SagaFact {
  return { ...EMPTY, ...stored };
}

/** Facts as text, in the form in which they are written down. */
export function toJson(facts: unknown): string {
  return JSON.stringify(facts, (_key, value: unknown) => value ?? undefined);
}

/** All that a failed attempt says. No key has its form. */
export function toAttemptKey({ step, direction, at, ms, error }: SagaFact): string {
  return JSON.stringify([step, direction, at, ms, error?.code, error?.message]);
}
