import type { SagaEvent, SagaSummary } from '@bff/contracts';
import { isMismatched } from '@bff/timeline';
import type { PlacedFact, SagaView } from '@bff/timeline';

/** A saga as the contract shows it. */
export function summaryOf(view: SagaView): SagaSummary {
  const { saga, id, version, subject, status, step, direction, error, can } = view;
  return {
    ...{ saga, id, version, subject, status, step, direction, error },
    // No decision reaches a saga whose code does not match.
    can: isMismatched(view) ? [] : can && [...can],
    beganAt: timeOf(view.began_at),
    lastAt: timeOf(view.last_at),
    endedAt: view.ended_at === null ? null : timeOf(view.ended_at),
    failingSince: view.failing_since === null ? null : timeOf(view.failing_since),
    attentionSince: view.attention_since === null ? null : timeOf(view.attention_since),
  };
}

/** A fact as the contract shows it. */
export function eventOf({ position, fact, omitted }: PlacedFact): SagaEvent {
  const { kind, at, step, stepKind, direction, result, ms, error, can, decision, outcome } = fact;
  return {
    ...{ position, kind, at: timeOf(at), step, stepKind, direction, result, ms, error, decision, outcome },
    can: can && [...can],
    ...(omitted !== undefined && { kind: 'ATTEMPTS_OMITTED' as const, omitted, ms: null }),
  };
}

function timeOf(ms: number): string {
  return new Date(ms).toISOString();
}
