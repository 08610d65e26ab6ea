import type { SagaFact, StepResult } from '@bff/saga';

/** What ABANDONED was called: a worker of an older build still writes it while it is being replaced. */
const OLD_ABANDONED = 'LEFT';

/** A fact as it is stored: without its null fields. */
export type StoredFact = Partial<Omit<SagaFact, 'result'>> &
  Pick<SagaFact, 'key' | 'kind' | 'at'> & { readonly result?: StepResult | typeof OLD_ABANDONED | null };

const EMPTY = {
  step: null,
  stepKind: null,
  direction: null,
  ms: null,
  error: null,
  can: null,
  decision: null,
  outcome: null,
} satisfies Partial<SagaFact>;

/** Reads a stored fact of this build, or of an older one. */
export function toFact({ result = null, ...stored }: StoredFact): SagaFact {
  return { ...EMPTY, ...stored, result: result === OLD_ABANDONED ? 'ABANDONED' : result };
}

/** Facts as JSON, in the form in which they are stored. */
export function toJson(facts: unknown): string {
  return JSON.stringify(facts, (_key, value: unknown) => value ?? undefined);
}

/** What a failed attempt says, as a key: two attempts that are equal in it are the same. No key of a fact has this form. */
export function toAttemptKey({ step, direction, at, ms, error }: SagaFact): string {
  return JSON.stringify([step, direction, at, ms, error?.code, error?.message]);
}
