import { getVariableValues } from 'graphql';
import type { ParsedOperation, Variables } from './executable-operation.js';

export const NO_VARIABLES: Variables = {};

/** The variables coerced to their declared types; undefined when one is invalid. */
export function coerceVariables(
  { schema, operation: { variableDefinitions = [] } }: Pick<ParsedOperation, 'schema' | 'operation'>,
  given: Variables,
): Variables | undefined {
  return variableDefinitions.length === 0
    ? NO_VARIABLES
    : getVariableValues(schema, variableDefinitions, given).coerced;
}
