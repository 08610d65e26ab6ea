import { ApolloClient, gql, HttpLink, InMemoryCache } from '@apollo/client';
import { Defer20220824Handler } from '@apollo/client/incremental';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { document, runScenario } from '@bff/testing';
import type { BffScenario, ScenarioWorld } from '@bff/testing';
import { Client, fetchExchange } from '@urql/core';
import { startBffWorld } from '../bff.fixture.js';

let world: ScenarioWorld;
beforeAll(async () => {
  world = await startBffWorld();
});
afterAll(() => world.close());

const PAGE = `query { orderPage(orderId: "o-1") { id ... @defer { payment { state } sections { name state } } } }`;

const WHOLE = {
  id: 'o-1',
  payment: { state: 'CAPTURED' },
  sections: [{ name: 'payment', state: 'FRESH' }],
};

/** What a client received of a page, part by part, and whether the first part came before the slow section was ready. */
interface Seen {
  readonly pages: unknown[];
  readonly early: boolean;
}

type Watch = (headers: Record<string, string>, see: (page: unknown) => void) => Promise<void>;

/** Queries a page with a slow payment. */
async function watchPage(watch: Watch): Promise<Seen> {
  const pages: unknown[] = [];
  let early = false;
  await runScenario(world, 'a slow section', async (t: BffScenario) => {
    t.customer.getPayments.fail({ latency: 400 });
    const headers = { authorization: `Bearer ${await world.createToken('ada')}`, baggage: t.baggage };
    await watch(headers, (page) => {
      if (pages.length === 0)
        early = !t.callLog.calls.some(({ operation, ms }) => operation === 'getPayments' && ms !== null);
      pages.push(page);
    });
  });
  return { pages, early };
}

const withApolloClient: Watch = async (headers, see) => {
  const client = new ApolloClient({
    cache: new InMemoryCache(),
    link: new HttpLink({ uri: world.graphqlUrl, headers }),
    incrementalHandler: new Defer20220824Handler(),
  });
  await new Promise<void>((resolve, reject) => {
    client.watchQuery({ query: gql(PAGE), fetchPolicy: 'no-cache' }).subscribe({
      next: ({ data, dataState }) => {
        if (dataState === 'empty') return;
        see((data as { orderPage: unknown }).orderPage);
        if (dataState === 'complete') resolve();
      },
      error: reject,
    });
  });
  client.stop();
};

const withUrql: Watch = async (headers, see) => {
  const client = new Client({
    url: world.graphqlUrl,
    exchanges: [fetchExchange],
    preferGetMethod: false,
    // urql names no version of the format by itself, and the server speaks none without.
    fetchOptions: { headers: { ...headers, accept: 'multipart/mixed; deferSpec=20220824, application/json' } },
  });
  await new Promise<void>((resolve) => {
    client.query(PAGE, {}).subscribe(({ data, hasNext }) => {
      see(structuredClone((data as { orderPage: unknown }).orderPage));
      if (!hasNext) resolve();
    });
  });
};

describe('a page with a deferred section', () => {
  it.each([
    ['Apollo Client', withApolloClient],
    ['urql', withUrql],
  ])('comes to %s in two parts: first the rest of the page, then the slow section', async (_client, watch) => {
    const { pages, early } = await watchPage(watch);
    expect(early).toBe(true);
    expect(pages[0]).toMatchObject({ id: 'o-1' });
    expect(pages[0]).not.toHaveProperty('payment');
    expect(pages.at(-1)).toMatchObject(WHOLE);
  });

  it('comes whole to a client that does not accept incremental responses', async () => {
    await runScenario(world, 'whole', async (t) => {
      const { raw } = await t.as('ada').gql(document(PAGE));
      expect(raw).toEqual({ data: { orderPage: WHOLE } });
    });
  });
});
