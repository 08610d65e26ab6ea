import { execute, OperationTypeNode } from 'graphql';
import type { DocumentNode, ExecutionResult, GraphQLSchema, OperationDefinitionNode } from 'graphql';
import { coerceVariables, NO_VARIABLES } from './coerce-variables.js';
import type { ExecutableOperation, CompilerOptions, OperationResult } from './executable-operation.js';
import { CompiledQuery } from './compiled-query.js';
import { indexFragments, usesIncrementalDelivery } from './fragments.js';

/**
 * Compiles a query of a valid document to JavaScript: what graphql-js works out for every value of every response is worked out
 * once. The responses are the same. A custom scalar may have an extension `isAlreadySerialized`, a predicate of values that need
 * no `serialize`. A mutation is not compiled, because it returns few fields and waits long: its ExecutableOperation runs graphql-js.
 * Undefined for what graphql-js must execute altogether: subscriptions, `@defer` and `@stream`, and queries with abstract types,
 * introspection or more than `maxFields` fields.
 */
export function compileOperation(
  schema: GraphQLSchema,
  document: DocumentNode,
  operation: OperationDefinitionNode,
  options: CompilerOptions = {},
): ExecutableOperation | undefined {
  if (usesIncrementalDelivery(document)) return undefined;
  if (operation.operation === OperationTypeNode.MUTATION) return createMutation(schema, document, operation);
  if (operation.operation !== OperationTypeNode.QUERY) return undefined;
  const query = new CompiledQuery({ schema, document, operation, fragments: indexFragments(document) }, options);
  return query.isCompilable ? query : undefined;
}

/** Validates the variables, but returns them as they were given: graphql-js coerces them itself. */
function createMutation(
  schema: GraphQLSchema,
  document: DocumentNode,
  operation: OperationDefinitionNode,
): ExecutableOperation {
  return {
    coerceVariables: (given = NO_VARIABLES) => coerceVariables({ schema, operation }, given) && given,
    execute: (rootValue, contextValue, variableValues) => {
      const operationName = operation.name?.value;
      return toOperationResult(execute({ schema, document, rootValue, contextValue, variableValues, operationName }));
    },
  };
}

async function toOperationResult(result: ExecutionResult | Promise<ExecutionResult>): Promise<OperationResult> {
  const { data = null, errors = [] } = await result;
  return { data, errors: [...errors] };
}
