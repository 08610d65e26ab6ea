import type { ApolloServerPlugin } from '@apollo/server';
import type { PageContext } from '@bff/page';

/** Puts `extensions.explain` into the answer of a request that asked for it, and may. */
export function explainPlugin(): ApolloServerPlugin<PageContext> {
  return {
    requestDidStart: () =>
      Promise.resolve({
        willSendResponse: ({ contextValue: { explain }, response: { body } }) => {
          if (explain && body.kind === 'single')
            body.singleResult.extensions = { ...body.singleResult.extensions, explain: explain.told() };
          return Promise.resolve();
        },
      }),
  };
}
