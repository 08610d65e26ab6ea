import type { SagaEvent } from '@bff/contracts';
import type { SagaTimeline } from '@bff/downstreams';
import type { Direction, StepKind } from './saga.enums.js';
import type { OrderEvent, OrderTimeline, TimelineStep } from './saga.model.js';

/** In which role the viewer sees a timeline: a customer does not learn which operator decided, nor why. */
export type Role = 'customer' | 'operator';

/** The id of an event: a cursor, made of the saga and the event's position in it. */
function formatEventId(saga: string, position: number): string {
  return `${saga}.${position}`;
}

/** The position that the id of an event names; undefined for an id that is not one of this saga. */
export function parseEventPosition(saga: string, id: string): number | undefined {
  const position = /^(.+)\.(\d{1,9})$/.exec(id);
  return position?.[1] === saga ? Number(position[2]) : undefined;
}

export function toOrderEvent(saga: string, event: SagaEvent, role: Role): OrderEvent {
  const { position, kind, at, step, stepKind, direction, result, ms, decision, outcome, omitted = null } = event;
  return {
    id: formatEventId(saga, position),
    at: new Date(at),
    kind,
    step,
    stepKind: stepKind && STEP_KINDS[stepKind],
    direction: direction && DIRECTIONS[direction],
    result,
    durationMs: ms,
    error: toError(event, role),
    decision: decision && (role === 'operator' ? decision : { ...decision, by: null, why: null }),
    outcome,
    omittedAttempts: omitted,
  };
}

/** What a customer reads: these messages do not say which service failed. */
const CUSTOMER_MESSAGES = {
  TIMED_OUT: 'It took too long, and was abandoned.',
  SAGA_CODE_MISMATCH: 'It has stopped because of an error on our side, and continues as soon as that is fixed.',
  STUCK: 'It takes longer than usual. It is being retried, and an operator has been notified.',
  TRANSIENT_FAILURE: 'A service failed. It is being retried.',
} as const;

/** The codes of failures that customers see; every other one is internal. */
const PUBLIC_FAILURE = /^(DOWNSTREAM_[A-Z]+|CONTRACT_VIOLATION)$/;

/** Why something did not happen, for this role. A customer sees the reasons of rejections as they are. */
function toError({ kind, error }: SagaEvent, role: Role): SagaEvent['error'] {
  if (!error) return error;
  const code = toPresentCode(error.code);
  if (role === 'operator') return { ...error, code };
  if (kind === 'ATTENTION_NEEDED') {
    const reason = code === 'SAGA_CODE_MISMATCH' ? code : 'STUCK';
    return { code: reason, message: CUSTOMER_MESSAGES[reason] };
  }
  if (kind === 'ATTEMPT_FAILED' || kind === 'ATTEMPTS_OMITTED') {
    const failure = PUBLIC_FAILURE.test(code) ? code : 'TRANSIENT_FAILURE';
    return { code: failure, message: CUSTOMER_MESSAGES.TRANSIENT_FAILURE };
  }
  return code === 'TIMED_OUT' ? { code, message: CUSTOMER_MESSAGES.TIMED_OUT } : error;
}

/** A timeline keeps the codes with which it was written: CONTRACT_BROKEN is what CONTRACT_VIOLATION was called before. */
function toPresentCode(code: string): string {
  return code === 'CONTRACT_BROKEN' ? 'CONTRACT_VIOLATION' : code;
}

/** The events of a saga, grouped by step. */
export function toOrderTimeline({ saga, facts }: SagaTimeline, role: Role): OrderTimeline | null {
  if (!saga) return null;
  const startedAt = new Date(saga.beganAt);
  const endedAt = saga.endedAt === null ? null : new Date(saga.endedAt);
  return {
    status: saga.status,
    startedAt,
    endedAt,
    durationMs: endedAt && measureMilliseconds(startedAt, endedAt),
    steps: toTimelineSteps(facts, role),
    events: facts.map((event) => toOrderEvent(saga.saga, event, role)),
  };
}

/** The largest Int of GraphQL: 24 days in milliseconds. */
const MAX_INT = 2_147_483_647;

/** The time between two moments as an Int of GraphQL, which ends at 24 days: what takes longer counts as 24 days. */
export function measureMilliseconds(from: Date, to: Date): number {
  return Math.min(MAX_INT, Math.max(0, to.getTime() - from.getTime()));
}

type Mutable<T> = { -readonly [K in keyof T]: T[K] };

function toTimelineSteps(facts: readonly SagaEvent[], role: Role): TimelineStep[] {
  const steps: Mutable<TimelineStep>[] = [];
  for (const fact of facts) {
    const { kind, step: name, stepKind, direction } = fact;
    if (name === null || stepKind === null || direction === null) continue;
    const at = new Date(fact.at);
    let step = steps.findLast((one) => one.name === name && one.direction === DIRECTIONS[direction]);
    // An undo that was postponed starts a second time, and a step that was abandoned may never have started.
    if (!step || (kind === 'STEP_STARTED' && step.endedAt !== null)) {
      step = {
        name,
        kind: STEP_KINDS[stepKind],
        direction: DIRECTIONS[direction],
        result: null,
        startedAt: at,
        endedAt: null,
        durationMs: null,
        failedAttempts: [],
        omittedAttempts: 0,
        error: null,
      };
      steps.push(step);
    }
    const error = toError(fact, role);
    step.omittedAttempts += fact.omitted ?? 0;
    if (kind === 'ATTEMPT_FAILED' && error)
      step.failedAttempts = [...step.failedAttempts, { at, durationMs: fact.ms ?? 0, error }];
    if (kind !== 'STEP_ENDED') continue;
    step.result = fact.result;
    step.endedAt = at;
    step.durationMs = measureMilliseconds(step.startedAt, at);
    step.error = error;
  }
  return steps;
}

const STEP_KINDS = {
  check: 'CHECK',
  compensatable: 'COMPENSATABLE',
  pivot: 'PIVOT',
  retriable: 'RETRIABLE',
} as const satisfies Record<string, `${StepKind}`>;

const DIRECTIONS = { do: 'DO', undo: 'UNDO' } as const satisfies Record<string, `${Direction}`>;
