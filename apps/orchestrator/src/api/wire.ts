import type { SagaEvent, SagaOverview } from '@bff/contracts';
import { isMismatched } from '@bff/timeline';
import type { PositionedFact, SagaProjection } from '@bff/timeline';

/** The projection of a saga, as the contract defines it. */
export function toSagaOverview(projection: SagaProjection): SagaOverview {
  const { saga, id, version, subject, status, step, direction, error, can } = projection;
  return {
    saga,
    id,
    version,
    subject,
    status,
    step,
    direction,
    error,
    // No decision reaches a saga whose code does not match.
    can: isMismatched(projection) ? [] : can && [...can],
    beganAt: toIsoTime(projection.began_at),
    lastAt: toIsoTime(projection.last_at),
    endedAt: projection.ended_at === null ? null : toIsoTime(projection.ended_at),
    failingSince: projection.failing_since === null ? null : toIsoTime(projection.failing_since),
    attentionSince: projection.attention_since === null ? null : toIsoTime(projection.attention_since),
  };
}

/** A fact, as the contract defines it. */
export function toSagaEvent({ position, fact, omitted }: PositionedFact): SagaEvent {
  const { kind, at, step, stepKind, direction, result, ms, error, can, decision, outcome } = fact;
  return {
    position,
    kind,
    at: toIsoTime(at),
    step,
    stepKind,
    direction,
    result,
    ms,
    error,
    decision,
    outcome,
    can: can && [...can],
    ...(omitted !== undefined && { kind: 'ATTEMPTS_OMITTED' as const, omitted, ms: null }),
  };
}

function toIsoTime(ms: number): string {
  return new Date(ms).toISOString();
}
