import type { ApolloServerPlugin, GraphQLRequestContextResponseForOperation } from '@apollo/server';
import type { PageContext } from '@bff/page';
import { GraphQLError, OperationTypeNode } from 'graphql';
import type { ExecutionResult, GraphQLFormattedError, GraphQLSchema } from 'graphql';
import { CompiledOperations } from './compiled-operations.js';

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
      operations = new CompiledOperations(schema, compileAfter);
      return Promise.resolve();
    },
    requestDidStart: () =>
      Promise.resolve({
        responseForOperation: async (context: Operation) => {
          const { operation, document, queryHash, operationName, request, contextValue, source, response } = context;
          if (operation.operation !== OperationTypeNode.QUERY || source.includes('@defer')) return null;
          const compiled = operations.of(`${queryHash} ${operationName ?? ''}`, document, operation, request.variables);
          if (!compiled) return null;
          const result = (await compiled(undefined, contextValue, request.variables)) as ExecutionResult;
          const errors = result.errors?.map(whole);
          const singleResult = {
            ...(errors && { errors: errors.map((error) => told(error, formatError)) }),
            data: result.data ?? null,
          };
          return { http: { ...response.http, ...statusOf(errors) }, body: { kind: 'single', singleResult } };
        },
      }),
  };
}

/** An error of compiled code, as it would be of the ordinary way. */
function whole({ message, path, originalError, locations }: GraphQLError): GraphQLError {
  const error = new GraphQLError(message, { path, originalError });
  // Compiled code knows the places and no longer the document.
  return Object.defineProperty(error, 'locations', { value: locations, enumerable: true });
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
