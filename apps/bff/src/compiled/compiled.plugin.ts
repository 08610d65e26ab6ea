import type { ApolloServerPlugin, GraphQLRequestContextResponseForOperation } from '@apollo/server';
import type { PageContext } from '@bff/page';
import { OperationTypeNode } from 'graphql';
import type { GraphQLError, GraphQLFormattedError, GraphQLSchema } from 'graphql';
import { CompiledOperations } from './compiled-operations.js';
import { plainFields } from './plain-fields.js';

type Operation = GraphQLRequestContextResponseForOperation<PageContext>;
type FormatError = (formatted: GraphQLFormattedError, error: unknown) => GraphQLFormattedError;

/**
 * Executes a query that comes again as code that was made of it. All else of an operation stays Apollo's: parsing,
 * validation, plugins. Mutations, and queries with `@defer`, are executed as ever.
 */
export function compiledPlugin(compileAfter: number, formatError: FormatError): ApolloServerPlugin<PageContext> {
  let operations: CompiledOperations;
  return {
    serverWillStart: ({ schema }: { readonly schema: GraphQLSchema }) => {
      operations = new CompiledOperations(schema, compileAfter, { propertyOf: plainFields() });
      return Promise.resolve();
    },
    requestDidStart: () =>
      Promise.resolve({
        responseForOperation: async (context: Operation) => {
          const { operation, document, queryHash, operationName, request, contextValue, response } = context;
          if (operation.operation !== OperationTypeNode.QUERY) return null;
          const plan = operations.of(`${queryHash} ${operationName ?? ''}`, document, operation);
          const result = await plan?.execute(undefined, contextValue, request.variables);
          if (!result) return null;
          const errors = result.errors.length > 0 ? result.errors : undefined;
          const singleResult = {
            ...(errors && { errors: errors.map((error) => told(error, formatError)) }),
            data: result.data,
          };
          return { http: { ...response.http, ...statusOf(errors) }, body: { kind: 'single', singleResult } };
        },
      }),
  };
}

/** As Apollo hands an error to whoever formats it. */
function told(error: GraphQLError, formatError: FormatError): GraphQLFormattedError {
  const { extensions, ...formatted } = error.toJSON();
  return formatError({ ...formatted, extensions: { code: 'INTERNAL_SERVER_ERROR', ...extensions } }, error);
}

/** An error may bring the status of the whole answer. */
function statusOf(errors: readonly GraphQLError[] | undefined): { readonly status?: number } {
  for (const { extensions } of errors ?? []) {
    const { status } = (extensions.http ?? {}) as { readonly status?: number };
    if (status !== undefined) return { status };
  }
  return {};
}
