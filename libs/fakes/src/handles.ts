import { ContractViolation, getContract } from '@bff/contracts';
import type {
  AnswerAt,
  BodyOf,
  CheckedRequest,
  Operation,
  OperationId,
  PathOf,
  QueryOf,
  ServiceName,
  StatusOf,
} from '@bff/contracts';
import type { AnyRequest } from './call.js';
import type { Fault } from './fault.js';
import type { Rules, RuleMatch } from './rules.js';
import type { Scope } from './scope.js';

/** A stub gives a response that the contract does not allow. Thrown at the line that set it up. */
export class InvalidStub extends Error {
  override readonly name = 'InvalidStub';
}

type Part<T> = T extends readonly (infer E)[]
  ? readonly Part<E>[]
  : T extends object
    ? { readonly [K in keyof T]?: Part<T[K]> }
    : T;

/** Which requests of an operation: those that hold these values, or those that the function is true for. */
export type When<S extends ServiceName, O extends OperationId<S>> =
  | ((request: CheckedRequest<S, O>) => boolean)
  | {
      readonly path?: Part<PathOf<S, O>>;
      readonly query?: Part<QueryOf<S, O>>;
      readonly body?: Part<BodyOf<S, O>>;
    };

/** What a scenario can do with one operation of a service. The newest stub or fault wins; without one, the fake answers. */
export interface OperationHandle<S extends ServiceName, O extends OperationId<S>> {
  /** Answers like this. Throws InvalidStub when the contract does not allow it; the result of a function is checked at each call. */
  reply<Status extends StatusOf<S, O>>(
    status: Status,
    body: AnswerAt<S, O, Status> | ((request: CheckedRequest<S, O>) => AnswerAt<S, O, Status>),
  ): void;
  /** Applies these faults, one for each request. The last one stays. */
  fail(...faults: readonly [Fault, ...Fault[]]): void;
  /** Removes every stub and fault: the fake answers again. */
  heal(): void;
  /** The same for some requests only. */
  when(match: When<S, O>): OperationHandle<S, O>;
  /** The same for the next request only. */
  readonly once: OperationHandle<S, O>;
  /** The requests that arrived, in order. */
  readonly calls: readonly CheckedRequest<S, O>[];
}

/** The operations of a service. */
export type ServiceHandle<S extends ServiceName> = { readonly [O in OperationId<S>]: OperationHandle<S, O> };

/** What a scenario can do with one step of a saga, whichever operations it calls. */
export interface StepHandle {
  fail(...faults: readonly [Fault, ...Fault[]]): void;
  /** Removes every fault of the step; those of its undo stay. */
  heal(): void;
  /** The same for its undo. */
  readonly undo: Pick<StepHandle, 'fail' | 'heal'>;
}

/** Creates the handles of a service, which set stubs and faults of its operations. */
export function createServiceHandle<S extends ServiceName>(scope: Scope, service: S): ServiceHandle<S> {
  const handles = [...getContract(service).operations.values()].map(
    (operation) => [operation.id, createHandle(scope, operation, { service, operation: operation.id }, false)] as const,
  );
  // The operations of a contract are those of its types.
  return Object.fromEntries(handles) as unknown as ServiceHandle<S>;
}

/** Creates the handle of a step of a saga, which sets its faults. */
export function createStepHandle({ rules }: Scope, step: string): StepHandle {
  const handle = (direction: 'do' | 'undo') => ({
    fail: (...faults: readonly [Fault, ...Fault[]]) => rules.add({ step, direction }, { faults }, false),
    heal: () => rules.clearStep(step, direction),
  });
  return { ...handle('do'), undo: handle('undo') };
}

/** A body, or what makes one of a request. An object that can be called is the latter. */
type AnyBody = Readonly<Record<string, unknown>> | ((request: AnyRequest) => Readonly<Record<string, unknown>>);

/** The same as OperationHandle, for an operation that is known at run time only. */
interface AnyHandle {
  readonly reply: (status: number, body: AnyBody) => void;
  fail(...faults: readonly [Fault, ...Fault[]]): void;
  heal(): void;
  when(match: ((request: AnyRequest) => boolean) | Pick<RuleMatch, 'path' | 'query' | 'body'>): AnyHandle;
  readonly once: AnyHandle;
  readonly calls: readonly AnyRequest[];
}

function createHandle(scope: Scope, operation: Operation, match: RuleMatch, once: boolean): AnyHandle {
  const handle: AnyHandle = {
    reply: (status, body) => {
      const name = `${match.service ?? ''}.${operation.id}`;
      // The result of a function is checked against the contract when it is called.
      if (typeof body === 'function') checkAt(name, status, handle.reply, () => operation.checkStatus(status));
      else checkStub(operation, name, status, body, handle.reply);
      addStub(scope.rules, match, status, body, once);
    },
    fail: (...faults) => scope.rules.add(match, { faults }, once),
    heal: () => scope.rules.clear(match.service, match.operation),
    when: (more) =>
      createHandle(
        scope,
        operation,
        typeof more === 'function' ? { ...match, where: more } : { ...match, ...more },
        once,
      ),
    get once() {
      return createHandle(scope, operation, match, true);
    },
    get calls() {
      return scope.callLog.calls.flatMap(({ service, operation: id, request }) =>
        service === match.service && id === operation.id && request ? [request] : [],
      );
    },
  };
  return handle;
}

function addStub(rules: Rules, match: RuleMatch, status: number, body: AnyBody, once: boolean): void {
  const bodyFor = typeof body === 'function' ? body : () => body;
  rules.add(match, { reply: (request) => ({ status, body: bodyFor(request) }) }, once);
}

/** Throws InvalidStub when the contract does not allow the answer; its stack begins at the line that called `from`. */
export function checkStub(
  operation: Operation,
  name: string,
  status: number,
  body: unknown,
  from: (...values: never[]) => unknown,
): void {
  checkAt(name, status, from, () => operation.checkAnswer(status, body));
}

function checkAt(name: string, status: number, from: (...values: never[]) => unknown, check: () => void): void {
  try {
    check();
  } catch (error) {
    if (!(error instanceof ContractViolation)) throw error;
    const invalid = new InvalidStub(`${name} cannot answer ${status} like this: ${error.message}`, { cause: error });
    Error.captureStackTrace(invalid, from);
    throw invalid;
  }
}
