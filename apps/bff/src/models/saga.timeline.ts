import type { SagaEvent } from '@bff/contracts';
import type { SagaStory } from '@bff/downstreams';
import type { Direction, StepKind } from './saga.enums.js';
import type { OrderEvent, OrderTimeline, TimelineStep } from './saga.model.js';

/** For whom something is shown: a customer is not told which operator decided, nor why. */
export type Audience = 'customer' | 'operator';

/** An event's id: its place among those of its saga. */
function eventId(saga: string, position: number): string {
  return `${saga}.${position}`;
}

/** The place that an event's id names; undefined when it is none of this saga's. */
export function positionOf(saga: string, id: string): number | undefined {
  const position = /^(.+)\.(\d{1,9})$/.exec(id);
  return position?.[1] === saga ? Number(position[2]) : undefined;
}

export function orderEventOf(saga: string, event: SagaEvent, audience: Audience): OrderEvent {
  const { position, kind, at, step, stepKind, direction, result, ms, decision, outcome, omitted = null } = event;
  const told = decision && (audience === 'operator' ? decision : { ...decision, by: null, why: null });
  return {
    ...{ id: eventId(saga, position), at: new Date(at), kind, step, result, durationMs: ms, outcome },
    ...{ error: errorFor(event, audience), omittedAttempts: omitted },
    stepKind: stepKind && kindOf(stepKind),
    direction: direction && directionOf(direction),
    decision: told,
  };
}

/** What a customer is told of trouble: its code, and nothing of where it was met. */
const PLAIN = {
  TIMED_OUT: 'It took too long, and was given up.',
  SAGA_CODE_MISMATCH: 'It has stopped because of a mistake of ours, and goes on as soon as that is corrected.',
  STUCK: 'It needs more time than usual. It is tried again, and somebody looks after it.',
  OTHER: 'A service was in trouble. It is tried again.',
} as const;

/** Codes of ours that say what kind of trouble it was; any other is one of the inside. */
const PUBLIC_TROUBLE = /^(DOWNSTREAM_[A-Z]+|CONTRACT_BROKEN)$/;

/** Why something did not happen, in words for the audience: what a participant said of an order is for its customer, too. */
function errorFor({ kind, error }: SagaEvent, audience: Audience): SagaEvent['error'] {
  if (!error || audience === 'operator') return error;
  if (kind === 'ATTENTION_NEEDED') {
    const code = error.code === 'SAGA_CODE_MISMATCH' ? error.code : 'STUCK';
    return { code, message: PLAIN[code] };
  }
  if (kind === 'ATTEMPT_FAILED' || kind === 'ATTEMPTS_OMITTED')
    return { code: PUBLIC_TROUBLE.test(error.code) ? error.code : 'TROUBLE', message: PLAIN.OTHER };
  return error.code === 'TIMED_OUT' ? { code: error.code, message: PLAIN.TIMED_OUT } : error;
}

/** A saga's events put together, step by step. */
export function timelineOf({ saga, facts }: SagaStory, audience: Audience): OrderTimeline | null {
  if (!saga) return null;
  const [startedAt, endedAt] = [new Date(saga.beganAt), saga.endedAt === null ? null : new Date(saga.endedAt)];
  return {
    ...{ status: saga.status, startedAt, endedAt },
    durationMs: endedAt && wholeMilliseconds(startedAt, endedAt),
    steps: stepsOf(facts, audience),
    events: facts.map((event) => orderEventOf(saga.saga, event, audience)),
  };
}

/** The largest Int of GraphQL: 24 days in milliseconds. */
const MAX_INT = 2_147_483_647;

/** The time between two moments as an Int of GraphQL: what takes longer than 24 days takes 24 days. */
export function wholeMilliseconds(from: Date, to: Date): number {
  return Math.min(MAX_INT, Math.max(0, to.getTime() - from.getTime()));
}

type Mutable<T> = { -readonly [K in keyof T]: T[K] };

function stepsOf(facts: readonly SagaEvent[], audience: Audience): TimelineStep[] {
  const steps: Mutable<TimelineStep>[] = [];
  for (const fact of facts) {
    const { kind, step: name, stepKind, direction } = fact;
    if (name === null || stepKind === null || direction === null) continue;
    const at = new Date(fact.at);
    let step = steps.findLast((one) => one.name === name && one.direction === directionOf(direction));
    // An undo that was put off begins anew, and a step that was left never began.
    if (!step || (kind === 'STEP_STARTED' && step.endedAt !== null)) {
      step = {
        ...{ name, kind: kindOf(stepKind), direction: directionOf(direction), startedAt: at },
        ...{ result: null, endedAt: null, durationMs: null, failedAttempts: [], omittedAttempts: 0, error: null },
      };
      steps.push(step);
    }
    const error = errorFor(fact, audience);
    step.omittedAttempts += fact.omitted ?? 0;
    if (kind === 'ATTEMPT_FAILED' && error)
      step.failedAttempts = [...step.failedAttempts, { at, durationMs: fact.ms ?? 0, error }];
    if (kind !== 'STEP_ENDED') continue;
    step.result = fact.result;
    step.endedAt = at;
    step.durationMs = wholeMilliseconds(step.startedAt, at);
    step.error = error;
  }
  return steps;
}

const KINDS = { check: 'CHECK', compensatable: 'COMPENSATABLE', pivot: 'PIVOT', retriable: 'RETRIABLE' } as const;

function kindOf(kind: keyof typeof KINDS): `${StepKind}` {
  return KINDS[kind];
}

function directionOf(direction: 'do' | 'undo'): `${Direction}` {
  return direction === 'do' ? 'DO' : 'UNDO';
}
