import type { ApolloServerPlugin } from '@apollo/server';
import type { QueryLimits } from '@bff/page';

/** Refuses an operation whose answer may be too large, before it is executed. */
export function answerSizePlugin(limits: QueryLimits): ApolloServerPlugin {
  return {
    requestDidStart: () =>
      Promise.resolve({
        didResolveOperation: ({ operation, request }) => {
          if (!operation || limits.allows(operation, request.variables)) return Promise.resolve();
          return Promise.reject(limits.refusalOf(operation, request.variables));
        },
      }),
  };
}
