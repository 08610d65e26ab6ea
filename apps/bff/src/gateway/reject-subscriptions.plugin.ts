import type { ApolloServerPlugin } from '@apollo/server';
import { badRequest } from '@bff/page';
import { OperationTypeNode } from 'graphql';

/** Refuses a subscription that comes as an ordinary request, and says where subscriptions are served. */
export function rejectSubscriptionsPlugin(): ApolloServerPlugin {
  return {
    requestDidStart: () =>
      Promise.resolve({
        didResolveOperation: ({ operation }) => {
          if (operation?.operation !== OperationTypeNode.SUBSCRIPTION) return Promise.resolve();
          throw badRequest(
            'Subscriptions are served over WebSocket at /graphql (graphql-transport-ws) and as server-sent events at /graphql/stream.',
          );
        },
      }),
  };
}
