import { compileOperation } from '@bff/graphql-compiler';
import type { ExecutableOperation, CompilerOptions } from '@bff/graphql-compiler';
import { BoundedMap } from '@bff/kernel';
import type { DocumentNode, GraphQLSchema, OperationDefinitionNode } from 'graphql';

const MAX_CACHED_QUERIES = 1_000;

interface CachedQuery {
  executions: number;
  /** Undefined until it is compiled; null when it cannot be. */
  compiled?: ExecutableOperation | null;
}

/** Compiles a query once it has been executed a number of times: compiling a query that never comes again is not worth it. */
export class CompiledQueryCache {
  private readonly queries = new BoundedMap<string, CachedQuery>(MAX_CACHED_QUERIES);

  constructor(
    private readonly schema: GraphQLSchema,
    /** Number of executions by graphql-js before a query is compiled. */
    private readonly compileAfterExecutions: number,
    private readonly options: CompilerOptions,
  ) {}

  /** Counts an execution. Undefined when graphql-js must execute the query. */
  get(key: string, document: DocumentNode, operation: OperationDefinitionNode): ExecutableOperation | undefined {
    const query = this.queries.get(key) ?? this.add(key);
    if (query.compiled === undefined && query.executions++ >= this.compileAfterExecutions)
      query.compiled = compileOperation(this.schema, document, operation, this.options) ?? null;
    return query.compiled ?? undefined;
  }

  private add(key: string): CachedQuery {
    const query: CachedQuery = { executions: 0 };
    this.queries.set(key, query);
    return query;
  }
}
