import { ContractViolation, getContract, getOperation } from '@bff/contracts';
import type { AnswerOf, BodyOf, OperationId, PathOf, QueryOf, ApiName } from '@bff/contracts';
import { Rejection } from '@bff/kernel';
import type { RejectionDetails } from '@bff/kernel';
import { DownstreamError } from '@bff/resilience';
import type { AttemptTrace, CallBounds, HttpClient } from '@bff/resilience';

/** The options of every call of a client: its bounds, and for a write the caller's Idempotency-Key. */
export interface CallOptions extends CallBounds {
  readonly idempotencyKey?: string;
  /** The W3C baggage header of the call. */
  readonly baggage?: string | undefined;
  /** Called for every attempt of every call. */
  readonly explain?: ((call: ExplainedCall) => void) | undefined;
  /** Called before each call; what it throws is thrown instead of calling. */
  readonly beforeCall?: () => void;
}

/** One attempt of a call of an operation. */
export interface ExplainedCall extends AttemptTrace {
  readonly service: ApiName;
  readonly operation: string;
  /** The number of ids of a batch; null for a call that is no batch. */
  readonly batch: number | null;
}

/** The parts of a request that an operation has. */
export type RequestOf<S extends ApiName, O extends OperationId<S>> = ([PathOf<S, O>] extends [never]
  ? object
  : { readonly path: PathOf<S, O> }) &
  ([QueryOf<S, O>] extends [never] ? object : { readonly query: QueryOf<S, O> }) &
  (undefined extends BodyOf<S, O> ? object : { readonly body: BodyOf<S, O> });

/** A call's bounds, and what records that its response violates the contract. */
interface CallRecorder {
  readonly bounds: CallBounds;
  recordViolation(): void;
}

/** Calls a service by the operations of its contract, and validates its responses. */
export class ContractClient<S extends ApiName> {
  constructor(
    private readonly service: S,
    private readonly http: HttpClient,
  ) {
    // Read now, so that the first request does not wait for it.
    getContract(service);
  }

  /** Throws Rejection when the business rejects the call, and DownstreamError when the downstream fails. */
  async call<O extends OperationId<S>>(id: O, request: RequestOf<S, O>, options: CallOptions): Promise<AnswerOf<S, O>> {
    options.beforeCall?.();
    const operation = getOperation(this.service, id);
    // RequestOf has the parts of this operation; here each of them is optional.
    const { path, query, body } = request as { path?: Values; query?: Values; body?: unknown };
    const explained = this.createRecorder(id, query, options);
    const answer = await this.http.send(
      {
        method: operation.method,
        path: buildPath(operation.path, path) + buildQuery(query),
        headers: buildHeaders(options),
        body,
      },
      explained.bounds,
    );
    try {
      // Cached items were validated when they came first.
      if (!answer.isAlreadyChecked) operation.acceptAnswer(answer.status, answer.body);
      answer.accept?.();
    } catch (error) {
      if (!(error instanceof ContractViolation)) throw error;
      explained.recordViolation();
      throw new DownstreamError('CONTRACT_VIOLATION', this.service, `${this.service}: ${error.message}`, {
        cause: error,
      });
    }
    // Validated above.
    if (answer.status === 200) return answer.body as AnswerOf<S, O>;
    throw createStatusError(this.service, id, answer.status, answer.body);
  }

  /** The options of the call. With `explain` its trace also has the operation, and records a response that violates the contract. */
  private createRecorder(operation: string, query: Values | undefined, options: CallOptions): CallRecorder {
    const { explain } = options;
    if (!explain) return { bounds: options, recordViolation: ignoreViolation };
    const batch = Object.values(query ?? {}).find((value) => Array.isArray(value));
    const more = { service: this.service, operation, batch: batch?.length ?? null };
    let last: { outcome: string } | undefined;
    const trace = (attempt: AttemptTrace): void => {
      const call = { ...attempt, ...more };
      last = call;
      explain(call);
    };
    return {
      bounds: { ...options, trace },
      recordViolation: () => {
        if (last) last.outcome = 'CONTRACT_VIOLATION';
      },
    };
  }
}

/** The call is not explained. */
function ignoreViolation(): void {
  return;
}

function buildHeaders({ idempotencyKey, baggage }: CallOptions): Record<string, string> {
  return {
    ...(idempotencyKey !== undefined && { 'idempotency-key': idempotencyKey }),
    ...(baggage !== undefined && { baggage }),
  };
}

type Values = Readonly<Record<string, string | number | readonly string[] | undefined>>;

function buildPath(template: string, values: Values = {}): string {
  let path = template;
  for (const name in values) path = path.replace(`{${name}}`, encodeSegment(values[name]));
  return path;
}

/** A value as one segment of a path. Throws for `.` and `..`, which lead to another path however they are encoded. */
function encodeSegment(value: Values[string]): string {
  const text = encodeValue(value);
  if (/^\.{1,2}$/.test(text)) throw new RangeError(`"${text}" cannot be a segment of a path`);
  return text;
}

function buildQuery(values: Values = {}): string {
  let text = '';
  for (const name in values) {
    // The contracts' lists are comma-separated (explode: false); ids hold no commas.
    if (values[name] !== undefined) text += `${text === '' ? '?' : '&'}${name}=${encodeValue(values[name])}`;
  }
  return text;
}

/** Values that need no encoding: nearly all ids. */
const PLAIN = /^[\w.-]*$/;
const PLAIN_LIST = /^[\w.,-]*$/;

function encodeValue(value: Values[string]): string {
  const text = String(value);
  if (typeof value !== 'object') return PLAIN.test(text) ? text : encodeURIComponent(text);
  return PLAIN_LIST.test(text) ? text : value.map(encodeURIComponent).join(',');
}

/** The response is valid, so the body of a 4xx has a code and a message. */
function createStatusError(service: ApiName, operation: string, status: number, body: unknown): Error {
  const { code, message, details } = body as { code: string; message: string; details?: RejectionDetails };
  if (status === 409 || status === 422) return new Rejection(code, message, details, status);
  const what = `${service} answered our ${operation} with ${status} ${code}: ${message}`;
  return new DownstreamError('CONTRACT_VIOLATION', service, what, { status });
}
