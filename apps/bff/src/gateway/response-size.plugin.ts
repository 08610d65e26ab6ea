import type { ApolloServerPlugin } from '@apollo/server';
import type { QueryLimits } from '@bff/page';

/** Rejects an operation before its execution when its response may be too large. */
export function createResponseSizePlugin(limits: QueryLimits): ApolloServerPlugin {
  return {
    requestDidStart: () =>
      Promise.resolve({
        didResolveOperation: ({ operation, request }) => {
          if (!operation || limits.accepts(operation, request.variables)) return Promise.resolve();
          return Promise.reject(limits.createError(operation, request.variables));
        },
      }),
  };
}
