import type { CheckedRequest, OperationId, ServiceName } from '@bff/contracts';
import type { Effect } from './duties.js';

/** A request that reached a fake, and its result. */
export interface Call {
  /** Its place in the scope's one sequence over all services, from 1. */
  readonly seq: number;
  /** Milliseconds since the scope's first call. */
  readonly atMs: number;
  readonly service: ServiceName;
  /** The operationId; null when no operation matches this path. */
  readonly operation: string | null;
  readonly method: string;
  /** The path without its query. */
  readonly path: string;
  /** The step of a saga that made the call, when the caller says so in its baggage. */
  readonly step: string | null;
  readonly direction: 'do' | 'undo' | null;
  /** The request, coerced; null when it violates the contract. */
  readonly request: AnyRequest | null;
  /** What produced the response: the fake itself, a stub, or a fault by its name. */
  readonly by: string;
  /** null while it is in flight, and when the caller got no answer. */
  readonly status: number | null;
  /** The code of a rejection or of a failure. */
  readonly code: string | null;
  /** Its effect on the data of the fake; null when it never reached the fake. */
  readonly effect: Effect | null;
  /** Milliseconds until it was answered or cut; null while it is in flight. */
  readonly ms: number | null;
}

/** A request of any operation, checked. */
export type AnyRequest = Pick<CheckedRequest<'order', 'openOrder'>, 'idempotencyKey'> & {
  readonly path: Readonly<Record<string, unknown>>;
  readonly query: Readonly<Record<string, unknown>>;
  readonly body: unknown;
};

/** An operation as call logs name it: `customer.authorisePayment`. */
export type OperationName = { [S in ServiceName]: `${S}.${OperationId<S>}` }[ServiceName];

/** A write as `callLog.expectSteps` names it: alone when it was granted, with ` x409` when it was not, with ` !reset` when a fault hit it. */
export type StepText = OperationName | `${OperationName} x${number}` | `${OperationName} !${string}`;

/** Formats a call, as callLog.expectSteps compares them. */
export function formatCall({ service, operation, method, path, by, status, ms }: Call): string {
  const name = operation === null ? `${service} ${method} ${path}` : `${service}.${operation}`;
  if (!isUndisturbed({ by })) return `${name} !${by}`;
  if (ms === null) return `${name} ...`;
  return status === 200 ? name : `${name} x${status ?? 0}`;
}

/** True for a call that no fault hit. */
export function isUndisturbed({ by }: Pick<Call, 'by'>): boolean {
  return by === 'fake' || by === 'stub' || by === 'recorded';
}

/** True for a call that asks to change something. */
export function isWrite({ method }: Call): boolean {
  return method !== 'GET';
}

/** The order that a write is about. */
export function getOrderId({ request }: Call): string | undefined {
  const id = request?.path['orderId'];
  return typeof id === 'string' ? id : undefined;
}
