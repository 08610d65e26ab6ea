import { readFileSync } from 'node:fs';
import type { ApolloServerPlugin } from '@apollo/server';
import type { BffConfig } from '../bff.config.js';
import { createDevelopmentToken } from '../gateway/authentication/development-token.js';

/** The customer of the token in the playground. */
const EXAMPLE_CUSTOMER = 'ALFKI';

export function readExampleOperations(): string {
  return readFileSync(new URL('./examples.graphql', import.meta.url), 'utf8');
}

/**
 * Serves a playground at /graphql, in development only: one page that loads nothing from other origins, with an example operation
 * for every page and mutation, and a token with which they can be run.
 */
export function createPlaygroundPlugin(config: BffConfig): ApolloServerPlugin {
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
  // Nine megabytes: imported when the playground is first opened.
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

/** Adds a chart of the downstream calls of the last operation. It comes first in the page, so that it sees every request. */
function withWaterfall(html: string): string {
  const waterfall = readFileSync(new URL('./waterfall.html', import.meta.url), 'utf8');
  return html.replace(/<body[^>]*>/, (body) => `${body}${waterfall}`);
}

/** When the BFF verifies tokens with public keys, it cannot sign one: the developer pastes a token. */
async function createExampleHeaders(config: BffConfig): Promise<string> {
  const token = (await createDevelopmentToken(config, { subject: EXAMPLE_CUSTOMER })) ?? '<token>';
  return JSON.stringify({ Authorization: `Bearer ${token}` }, null, 2);
}
