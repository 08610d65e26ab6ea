import { ContractViolation } from './contract-violation.js';
import type { OperationObject } from './document.js';

/**
 * Throws ContractViolation when an operation cannot answer with this status. `default` stands for errors: an answer of any other
 * status is declared by its number.
 */
export function assertDeclaredStatus({ operationId, responses }: OperationObject, status: number): void {
  if (Object.hasOwn(responses, String(status))) return;
  const isError = Number.isInteger(status) && status >= 400 && status <= 599;
  if (isError && 'default' in responses) return;
  const declared = Object.keys(responses).map((name) => (name === 'default' ? '400 to 599' : name));
  throw new ContractViolation(
    `${operationId} answers ${status}, which it does not declare: expected ${declared.join(', ')}`,
  );
}
