import type { ApolloServerPlugin } from '@apollo/server';
import { createBadRequestError } from '@bff/page';
import { OperationTypeNode } from 'graphql';

/** Rejects a subscription that is sent as an ordinary request, with an error that says where subscriptions are served. */
export function createRejectSubscriptionsPlugin(): ApolloServerPlugin {
  return {
    requestDidStart: () =>
      Promise.resolve({
        didResolveOperation: ({ operation }) => {
          if (operation?.operation !== OperationTypeNode.SUBSCRIPTION) return Promise.resolve();
          throw createBadRequestError(
            'Subscriptions are served over WebSocket at /graphql (graphql-transport-ws) and as server-sent events at /graphql/stream.',
          );
        },
      }),
  };
}
