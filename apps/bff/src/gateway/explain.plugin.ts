import type { ApolloServerPlugin, GraphQLResponse } from '@apollo/server';
import type { Explanation, PageContext } from '@bff/page';

/** Adds `extensions.explain` to the response of a request that may have it; to the last part of an incremental response. */
export function createExplainPlugin(): ApolloServerPlugin<PageContext> {
  return {
    requestDidStart: ({ contextValue: { explain } }) =>
      Promise.resolve(
        explain && {
          willSendResponse: ({ response }) => {
            addExplanation(response, explain);
            return Promise.resolve();
          },
        },
      ),
  };
}

function addExplanation({ body }: GraphQLResponse, explain: Explanation): void {
  if (body.kind === 'single') {
    body.singleResult.extensions = { ...body.singleResult.extensions, explain: explain.summarize() };
    return;
  }
  body.subsequentResults = explainLastPart(body.subsequentResults, explain);
}

/** Only the last part can list all the calls that were made. */
async function* explainLastPart<Part extends { hasNext: boolean; extensions?: Record<string, unknown> }>(
  parts: AsyncIterable<Part>,
  explain: Explanation,
): AsyncGenerator<Part, void> {
  for await (const part of parts)
    yield part.hasNext ? part : { ...part, extensions: { ...part.extensions, explain: explain.summarize() } };
}
