import { getContract } from '@bff/contracts';
import type { Operation, OperationId, ServiceName } from '@bff/contracts';

/** The parts of a request. A write gets an Idempotency-Key of its own when none is given. */
export interface ServiceRequest {
  readonly path?: Readonly<Record<string, string>>;
  readonly query?: Readonly<Record<string, string | number>>;
  /** null sends none. */
  readonly key?: string | null;
  readonly body?: object | undefined;
}

export interface ServiceAnswer {
  readonly status: number;
  readonly body: unknown;
}

/** Calls an operation of a service over HTTP. Throws ContractViolation when the answer is not as the contract says. */
export type ServiceCaller<S extends ServiceName> = (
  operation: OperationId<S>,
  request?: ServiceRequest,
) => Promise<ServiceAnswer>;

/** A caller of the service at this address; the address is asked for at each call. */
export function createServiceCaller<S extends ServiceName>(service: S, url: () => string): ServiceCaller<S> {
  return async (id, request = {}) => {
    const operation = getContract(service).operations.get(id);
    if (!operation) throw new Error(`The ${service} contract has no operation "${id}"`);
    const response = await fetch(url() + buildAddress(operation, request), {
      method: operation.method,
      headers: buildHeaders(operation, request),
      ...(request.body !== undefined && { body: JSON.stringify(request.body) }),
    });
    const answer = { status: response.status, body: await response.json() };
    operation.checkAnswer(answer.status, answer.body);
    return answer;
  };
}

/** Path and query of a request, without the base URL. */
export function buildAddress(operation: Operation, { path = {}, query = {} }: ServiceRequest): string {
  const filled = operation.path.replaceAll(/\{(\w+)\}/g, (_, name: string) => encodeURIComponent(path[name] ?? ''));
  const parameters = Object.entries(query).map(([name, value]) => `${name}=${encodeURIComponent(value)}`);
  return parameters.length === 0 ? filled : `${filled}?${parameters.join('&')}`;
}

/** The headers of a request; reads take no key. */
export function buildHeaders(
  operation: Operation,
  { key = crypto.randomUUID(), body }: ServiceRequest,
): Record<string, string> {
  return {
    ...(operation.method !== 'GET' && key !== null && { 'idempotency-key': key }),
    ...(body !== undefined && { 'content-type': 'application/json' }),
  };
}
