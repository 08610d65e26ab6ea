import type { ContractViolation, ServiceName } from '@bff/contracts';
import type { Call } from './call.js';
import { describeNearest } from './router.js';

/** Describes a request that matches no operation. */
export function describeUnmatchedRequest(service: ServiceName, method: string, path: string): string {
  return `No operation of the ${service} contract matches ${method} ${path}. ${describeNearest(service, method, path)}`;
}

/** Describes a request that violates its contract. */
export function describeBrokenRequest({ service, operation, method, path }: Call, error: ContractViolation): string {
  const what = `${method} ${path} breaks the contract of ${service}.${operation ?? ''}`;
  return `${what}: ${error.message}.${formatGot(error)}`;
}

/** Describes a response that would violate its contract. */
export function describeBrokenAnswer(error: ContractViolation): string {
  return `An answer would have broken the contract: ${error.message}.${formatGot(error)}`;
}

/** The actual value, as the second line of a diff. */
function formatGot({ got, message }: ContractViolation): string {
  if (!got) return '';
  const text = JSON.stringify(got.value) as string | undefined;
  const shown = text === undefined ? 'nothing' : text.length > 200 ? `${text.slice(0, 200)}...` : text;
  return `\n  - ${message}\n  + ${got.where} is ${shown}`;
}
