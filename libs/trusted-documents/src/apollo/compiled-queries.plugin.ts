import type {
  ApolloServerPlugin,
  BaseContext,
  GraphQLRequestContext,
  GraphQLRequestContextResponseForOperation,
} from '@apollo/server';
import type { CompilerOptions } from '@bff/graphql-compiler';
import { OperationTypeNode } from 'graphql';
import type { GraphQLSchema } from 'graphql';
import type { FormatError } from '../pipeline/format-errors.js';
import { PluginLifecycle, trackListeners } from '../pipeline/plugin-lifecycle.js';
import { CompiledQueryCache } from './compiled-query-cache.js';

export interface CompiledQueriesOptions {
  /** Number of executions by graphql-js before a query is compiled. */
  readonly compileAfterExecutions: number;
  readonly formatError: FormatError;
  readonly getCompilerOptions: () => CompilerOptions;
}

/**
 * The plugins, and one more that executes repeated queries as compiled code. Apollo Server still parses and validates the
 * operation and calls the plugins. graphql-js executes mutations, queries with `@defer`, and what cannot be compiled.
 */
export function withCompiledQueries<Context extends BaseContext>(
  plugins: readonly ApolloServerPlugin<Context>[],
  { compileAfterExecutions, formatError, getCompilerOptions }: CompiledQueriesOptions,
): ApolloServerPlugin<Context>[] {
  let queries: CompiledQueryCache;
  const respond = async (context: GraphQLRequestContextResponseForOperation<Context>) => {
    if (!isQuery(context)) return null;
    const { operation, document, queryHash, operationName, request, contextValue, response } = context;
    const compiled = queries.get(`${queryHash} ${operationName ?? ''}`, document, operation);
    const variables = compiled?.coerceVariables(request.variables);
    if (!compiled || !variables) return null;
    const lifecycle = PluginLifecycle.attach<Context>(context);
    const singleResult = await lifecycle.execute(
      () => compiled.execute(undefined, contextValue, variables),
      formatError,
    );
    return { http: response.http, body: { kind: 'single', singleResult } as const };
  };
  return [
    ...plugins.map(trackListeners),
    {
      serverWillStart: ({ schema }: { readonly schema: GraphQLSchema }) => {
        queries = new CompiledQueryCache(schema, compileAfterExecutions, getCompilerOptions());
        return Promise.resolve();
      },
      requestDidStart: () => Promise.resolve({ responseForOperation: respond }),
    },
  ];
}

/** Apollo Server calls the hook also when the document has no operation of the requested name, although the type denies it. */
function isQuery({ operation }: Pick<GraphQLRequestContext<BaseContext>, 'operation'>): boolean {
  return operation?.operation === OperationTypeNode.QUERY;
}
