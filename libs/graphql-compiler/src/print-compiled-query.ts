import { OperationTypeNode } from 'graphql';
import type { DocumentNode, GraphQLSchema, OperationDefinitionNode } from 'graphql';
import { CodeGenerator } from './code-generator.js';
import { coerceVariables, NO_VARIABLES } from './coerce-variables.js';
import { NotCompilable } from './executable-operation.js';
import type { CompilerOptions, Variables } from './executable-operation.js';
import { ConditionVariables } from './condition-variables.js';
import { buildFieldTree } from './build-field-tree.js';
import { indexFragments, usesIncrementalDelivery } from './fragments.js';

/**
 * The JavaScript that `compileOperation` runs for a query of a valid document, for people to read. The values of `@skip` and
 * `@include` come from the variables. Throws NotCompilable.
 */
export function printCompiledQuery(
  schema: GraphQLSchema,
  document: DocumentNode,
  operation: OperationDefinitionNode,
  options: CompilerOptions = {},
  given: Variables = NO_VARIABLES,
): string {
  if (operation.operation !== OperationTypeNode.QUERY)
    throw new NotCompilable(`Only queries are compiled; this is a ${operation.operation}`);
  if (usesIncrementalDelivery(document)) throw new NotCompilable('A query with @defer or @stream is not compiled');
  const query = { schema, document, operation, fragments: indexFragments(document) };
  const conditions = ConditionVariables.find(document, operation);
  const variables = coerceVariables(query, given);
  if (!variables || conditions.toKey(variables) === undefined)
    throw new NotCompilable('A variable is missing or invalid: every variable of @skip and @include must be a Boolean');
  return new CodeGenerator().generate(buildFieldTree(query, conditions.pick(variables), options));
}
