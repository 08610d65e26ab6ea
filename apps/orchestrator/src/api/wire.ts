import type { SagaEvent, SagaOverview } from '@bff/contracts';
import { isMismatched } from '@bff/timeline';
import type { PositionedFact, SagaProjection } from '@bff/timeline';

/** A saga as the contract shows it. */
export function toSagaOverview(view: SagaProjection): SagaOverview {
  const { saga, id, version, subject, status, step, direction, error, can } = view;
  return {
    ...{ saga, id, version, subject, status, step, direction, error },
    // No decision reaches a saga whose code does not match.
    can: isMismatched(view) ? [] : can && [...can],
    beganAt: toIsoTime(view.began_at),
    lastAt: toIsoTime(view.last_at),
    endedAt: view.ended_at === null ? null : toIsoTime(view.ended_at),
    failingSince: view.failing_since === null ? null : toIsoTime(view.failing_since),
    attentionSince: view.attention_since === null ? null : toIsoTime(view.attention_since),
  };
}

/** A fact as the contract shows it. */
export function toSagaEvent({ position, fact, omitted }: PositionedFact): SagaEvent {
  const { kind, at, step, stepKind, direction, result, ms, error, can, decision, outcome } = fact;
  return {
    ...{ position, kind, at: toIsoTime(at), step, stepKind, direction, result, ms, error, decision, outcome },
    can: can && [...can],
    ...(omitted !== undefined && { kind: 'ATTEMPTS_OMITTED' as const, omitted, ms: null }),
  };
}

function toIsoTime(ms: number): string {
  return new Date(ms).toISOString();
}
