import type {
  ApolloServerPlugin,
  BaseContext,
  GraphQLRequestContext,
  GraphQLRequestContextResponseForOperation,
} from '@apollo/server';
import type { PlanOptions } from '@bff/graphql-compiler';
import { OperationTypeNode } from 'graphql';
import type { GraphQLSchema } from 'graphql';
import { CompiledOperations } from './compiled-query-cache.js';
import type { FormatError } from '../pipeline/format-errors.js';
import { heard, PluginRun } from '../pipeline/plugin-lifecycle.js';

/**
 * The plugins, and one that executes a query that comes again as code that was made of it. All else of an operation stays
 * Apollo's: parsing, validation, the life of its plugins. Mutations, and queries with `@defer`, are executed as ever.
 */
export function compiling<Context extends BaseContext>(
  plugins: readonly ApolloServerPlugin<Context>[],
  options: { readonly after: number; readonly formatError: FormatError; readonly plan: () => PlanOptions },
): ApolloServerPlugin<Context>[] {
  let operations: CompiledOperations;
  const responseForOperation = async (context: GraphQLRequestContextResponseForOperation<Context>) => {
    if (!isQuery(context)) return null;
    const { operation, document, queryHash, operationName, request, contextValue, response } = context;
    const plan = operations.of(`${queryHash} ${operationName ?? ''}`, document, operation);
    const variables = plan?.variables(request.variables);
    if (!plan || !variables) return null;
    const run = PluginRun.of<Context>(context);
    const execute = () => plan.execute(undefined, contextValue, variables);
    const singleResult = await run.execute(execute, options.formatError);
    return { http: response.http, body: { kind: 'single', singleResult } as const };
  };
  return [
    ...plugins.map(heard),
    {
      serverWillStart: ({ schema }: { readonly schema: GraphQLSchema }) => {
        operations = new CompiledOperations(schema, options.after, options.plan());
        return Promise.resolve();
      },
      requestDidStart: () => Promise.resolve({ responseForOperation }),
    },
  ];
}

/** Apollo Server asks its plugins, too, when no operation has the name that was asked for, whatever the type says. */
function isQuery({ operation }: Pick<GraphQLRequestContext<BaseContext>, 'operation'>): boolean {
  return operation?.operation === OperationTypeNode.QUERY;
}
