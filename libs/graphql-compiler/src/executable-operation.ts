import type {
  DocumentNode,
  FragmentDefinitionNode,
  GraphQLError,
  GraphQLField,
  GraphQLObjectType,
  GraphQLSchema,
  OperationDefinitionNode,
} from 'graphql';

export type Variables = Readonly<Record<string, unknown>>;

/** The result of an operation, as graphql-js' `execute` returns it, but with a list of errors always. */
export interface OperationResult {
  data: Record<string, unknown> | null;
  readonly errors: GraphQLError[];
}

/** An operation that is ready to be executed any number of times. */
export interface ExecutableOperation {
  /**
   * The variables coerced to the types that the operation declares. Undefined when graphql-js must execute the request: when a
   * variable is invalid, or nothing is compiled for these values of `@skip` and `@include`.
   */
  coerceVariables(given?: Variables): Variables | undefined;
  /**
   * Executes a request, with variables that `coerceVariables` returned. The result is not a promise when no resolver returned one.
   * Never rejects.
   */
  execute(root: unknown, context: unknown, variables: Variables): OperationResult | Promise<OperationResult>;
}

/**
 * The property that a field's resolver reads, when it does nothing else: the compiled code then reads it without calling the
 * resolver. Undefined for a resolver that does more.
 */
export type FindProperty = (type: GraphQLObjectType, field: GraphQLField<unknown, unknown>) => string | undefined;

export interface CompilerOptions {
  readonly findProperty?: FindProperty;
  /** Maximum number of fields of a query that is compiled. Default 1000. */
  readonly maxFields?: number;
}

/** What all requests of an operation have in common. */
export interface ParsedOperation {
  readonly schema: GraphQLSchema;
  readonly document: DocumentNode;
  readonly operation: OperationDefinitionNode;
  readonly fragments: Readonly<Record<string, FragmentDefinitionNode>>;
}

/** The operation cannot be compiled, so graphql-js must execute it. The message says why. */
export class NotCompilable extends Error {
  override readonly name = 'NotCompilable';
}
