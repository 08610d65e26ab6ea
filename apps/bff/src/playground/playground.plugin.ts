import { readFileSync } from 'node:fs';
import type { ApolloServerPlugin } from '@apollo/server';
import type { BffConfig } from '../bff.config.js';
import { createDevelopmentToken } from '../gateway/authentication/development-token.js';

/** Whose data the example operations show. */
const EXAMPLE_CUSTOMER = 'ALFKI';

/** The example operations, as they stand in the playground. */
export function readExampleOperations(): string {
  return readFileSync(new URL('./examples.graphql', import.meta.url), 'utf8');
}

/**
 * A playground at the GraphQL address, in development only: one page that loads nothing from elsewhere, with an operation
 * for every page and for createOrder, and a token with which they run as they stand.
 */
export function playgroundPlugin(config: BffConfig): ApolloServerPlugin {
  return {
    serverWillStart: () =>
      Promise.resolve({
        renderLandingPage: () =>
          Promise.resolve({
            html: () => renderPlayground(config),
          }),
      }),
  };
}

async function renderPlayground(config: BffConfig): Promise<string> {
  // Nine megabytes of text, of no use where nobody looks at it.
  const { renderGraphiQL } = await import('@graphql-yoga/render-graphiql');
  return withWaterfall(
    renderGraphiQL({
      title: 'BFF playground',
      endpoint: '/graphql',
      defaultQuery: readExampleOperations(),
      headers: await createExampleHeaders(config),
    }),
  );
}

/** Adds a picture of where the time of the last operation went. It stands first in the page, so that it sees every request. */
function withWaterfall(html: string): string {
  const waterfall = readFileSync(new URL('./waterfall.html', import.meta.url), 'utf8');
  return html.replace(/<body[^>]*>/, (body) => `${body}${waterfall}`);
}

/** With public keys from elsewhere a token must be pasted in. */
async function createExampleHeaders(config: BffConfig): Promise<string> {
  const token = (await createDevelopmentToken(config, { subject: EXAMPLE_CUSTOMER })) ?? '<token>';
  return JSON.stringify({ Authorization: `Bearer ${token}` }, null, 2);
}
