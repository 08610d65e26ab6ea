import type { ApolloServerPlugin, GraphQLResponse } from '@apollo/server';
import type { Explanation, PageContext } from '@bff/page';

/** Puts `extensions.explain` into the answer of a request that asked for it, and may; of an answer in parts, into the last. */
export function explainPlugin(): ApolloServerPlugin<PageContext> {
  return {
    requestDidStart: ({ contextValue: { explain } }) =>
      Promise.resolve(
        explain && {
          willSendResponse: ({ response }) => {
            addTo(response, explain);
            return Promise.resolve();
          },
        },
      ),
  };
}

function addTo({ body }: GraphQLResponse, explain: Explanation): void {
  if (body.kind === 'single') {
    body.singleResult.extensions = { ...body.singleResult.extensions, explain: explain.summarize() };
    return;
  }
  body.subsequentResults = explained(body.subsequentResults, explain);
}

/** Only the last part knows of all the calls that were made. */
async function* explained<Part extends { hasNext: boolean; extensions?: Record<string, unknown> }>(
  parts: AsyncIterable<Part>,
  explain: Explanation,
): AsyncGenerator<Part, void> {
  for await (const part of parts)
    yield part.hasNext ? part : { ...part, extensions: { ...part.extensions, explain: explain.summarize() } };
}
