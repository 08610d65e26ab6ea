import { randomUUID } from 'node:crypto';
import { expect } from '@jest/globals';
import type { OperationId, ServiceName } from '@bff/contracts';
import { createServiceCaller } from './contract-suite.caller.js';
import type { ServiceAnswer } from './contract-suite.caller.js';

/** What a participant of a saga is asked: the writes of its acts about an order's id. The same of a service and of its fake. */
export interface ParticipantCase<S extends ServiceName> {
  readonly service: S;
  /** One for each act that PARTICIPANT_ACTS names. */
  readonly acts: readonly ActCase<S>[];
}

/** One act: what it is asked, and the writes that decide what becomes of it, as far as it has them. */
export interface ActCase<S extends ServiceName> {
  readonly do: {
    readonly operation: OperationId<S>;
    /** Can be granted about a hundred times in a row. */
    readonly body: object;
    /** As good as `body`, and different. */
    readonly otherBody: object;
    /** The code that refuses `otherBody` where `body` was done. */
    readonly exists: string;
  };
  /** A request of `do` that the business refuses. Undefined where it refuses none. */
  readonly refused?: { readonly body: object; readonly status: 409 | 422; readonly code: string };
  readonly undo?: {
    readonly operation: OperationId<S>;
    readonly body?: object;
    /** The code that refuses it once it is too late. Undefined where nothing makes the done thing final. */
    readonly tooLate?: string;
  };
  /** What makes the done thing final. */
  readonly finish?: {
    readonly operation: OperationId<S>;
    /** The code that refuses it when nothing was done. */
    readonly missing: string;
  };
  /** What takes back what was made final, or only done. */
  readonly revoke?: { readonly operation: OperationId<S> };
}

/** A participant under test: its address, and its ledger. */
export interface ParticipantSuite<S extends ServiceName> extends ParticipantCase<S> {
  /** The base URL. Asked for inside the tests, so that it may come from a beforeAll. */
  readonly url: () => string;
  /**
   * How much is held and how much has moved, as plain data without ids or times: the same before something was done and
   * after it was undone.
   */
  readonly ledger: () => Promise<unknown>;
}

export type Send = (orderId: string, key?: string | null, body?: object) => Promise<ServiceAnswer>;

/** An act of a participant with its writes at hand. A write that names no key gets one of its own. */
export interface ParticipantBench {
  readonly service: ServiceName;
  /** The operation that does it. */
  readonly act: string;
  readonly do: Send;
  readonly undo?: Send;
  readonly finish?: Send;
  readonly revoke?: Send;
  readonly ledger: () => Promise<unknown>;
  readonly otherBody: object;
  readonly refused?: { readonly body: object; readonly answer: ServiceAnswer };
  /** The rejections. */
  readonly exists: ServiceAnswer;
  readonly tooLate: ServiceAnswer;
  readonly missing: ServiceAnswer;
  /** An unused order id and key, and the current ledger. */
  fresh(): Promise<{ readonly id: string; readonly key: string; readonly before: unknown }>;
}

type Place<S extends ServiceName> = Pick<ParticipantSuite<S>, 'service' | 'url' | 'ledger'>;

export function createParticipantBench<S extends ServiceName>(
  { service, url, ledger }: Place<S>,
  act: ActCase<S>,
): ParticipantBench {
  const { refused, undo, finish, revoke } = act;
  const call = createServiceCaller(service, url);
  const send =
    (operation: OperationId<S>, ownBody?: object): Send =>
    (orderId, key, body = ownBody) =>
      call(operation, { path: { orderId }, ...(key !== undefined && { key }), body });
  return {
    service,
    act: act.do.operation,
    do: send(act.do.operation, act.do.body),
    ...(undo && { undo: send(undo.operation, undo.body) }),
    ...(finish && { finish: send(finish.operation) }),
    ...(revoke && { revoke: send(revoke.operation) }),
    ledger,
    otherBody: act.do.otherBody,
    ...(refused && { refused: { body: refused.body, answer: toRejection(refused.status, refused.code) } }),
    exists: toRejection(409, act.do.exists),
    tooLate: toRejection(409, undo?.tooLate ?? ''),
    missing: toRejection(409, finish?.missing ?? ''),
    fresh: async () => ({ id: createOrderId(), key: randomUUID(), before: await ledger() }),
  };
}

/** An unused order id. */
export function createOrderId(): string {
  return `suite-${randomUUID()}`;
}

/** A rejection with this code and any message. */
function toRejection(status: 409 | 422, code: string): ServiceAnswer {
  return { status, body: expect.objectContaining({ code, message: expect.stringMatching(/\S/) }) };
}

export const undone = toRejection(409, 'UNDONE');
export const keyReused = toRejection(422, 'IDEMPOTENCY_KEY_REUSED');

/** Sends the same request ten times concurrently. Every response must be 200 and equal; returns it. */
export async function sendTenConcurrently(send: () => Promise<ServiceAnswer>): Promise<ServiceAnswer> {
  const answers = await Promise.all(Array.from({ length: 10 }, send));
  const [first] = answers;
  if (!first) throw new Error('Ten requests gave no answer');
  expect(answers).toEqual(answers.map(() => ({ status: 200, body: first.body })));
  return first;
}
