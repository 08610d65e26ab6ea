import { createHash } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ApolloClient, ApolloLink, gql, HttpLink, InMemoryCache } from '@apollo/client';
import { PersistedQueryLink } from '@apollo/client/link/persisted-queries';
import { afterEach, describe, expect, it } from '@jest/globals';
import { useTemporaryFolder } from '@bff/testing';
import type { ScenarioWorld } from '@bff/testing';
import { startBffWorld } from '../bff.fixture.js';

let world: ScenarioWorld | undefined;
afterEach(async () => {
  await world?.close();
  world = undefined;
});

const manifest = join(useTemporaryFolder('manifest'), 'manifest.json');
writeFileSync(manifest, '{}');

interface Outcome {
  /** Of each request, whether it had the text of the document and its hash. */
  readonly requests: readonly { readonly text: boolean; readonly hash: boolean }[];
  readonly result: unknown;
}

/** Runs a query with Apollo Client and its link for automatic persisted queries. */
async function runWithApolloClient(env: Readonly<Record<string, string>>): Promise<Outcome> {
  const { graphqlUrl } = (world = await startBffWorld(env));
  const requests: { text: boolean; hash: boolean }[] = [];
  const http = new HttpLink({
    uri: graphqlUrl,
    fetch: async (input, init) => {
      const body = JSON.parse(String(init?.body)) as { query?: string; extensions?: object };
      requests.push({ text: 'query' in body, hash: body.extensions !== undefined });
      return fetch(input, init);
    },
  });
  const persisted = new PersistedQueryLink({
    sha256: (text: string) => createHash('sha256').update(text).digest('hex'),
  });
  const client = new ApolloClient({ cache: new InMemoryCache(), link: ApolloLink.from([persisted, http]) });
  const result = await client
    .query({ query: gql('{ productPage(productId: "a,b") { id } }') })
    .then(({ data }) => data)
    .catch((error: unknown) => String(error));
  client.stop();
  return { requests, result };
}

const BY_HASH_THEN_TEXT = [
  { text: false, hash: true },
  { text: true, hash: true },
];

describe('automatic persisted queries of Apollo Client', () => {
  it('send the text of a document whose hash is not known, where any document is executed', async () => {
    const { requests, result } = await runWithApolloClient({ ALLOW_UNTRUSTED_DOCUMENTS: 'true' });
    expect(requests).toEqual(BY_HASH_THEN_TEXT);
    // No product can have that id, so that no downstream is called.
    expect(result).toEqual({ productPage: null });
  });

  it('are refused after that one retry where only trusted documents are executed', async () => {
    const { requests, result } = await runWithApolloClient({
      ALLOW_UNTRUSTED_DOCUMENTS: 'false',
      TRUSTED_DOCUMENTS: manifest,
    });
    expect(requests).toEqual(BY_HASH_THEN_TEXT);
    expect(result).toContain('is not among the trusted documents');
  });
});
