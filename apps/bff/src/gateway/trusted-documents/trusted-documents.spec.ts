import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { runScenario, useTemporaryFolder } from '@bff/testing';
import type { BffScenario, ScenarioWorld } from '@bff/testing';
import { createClient } from 'graphql-ws';
import WebSocket from 'ws';
import { listCalls, startBffWorld } from '../../bff.fixture.js';

const folder = useTemporaryFolder('manifests');
const broken = useTemporaryFolder('broken-manifests');
const NAMES = 'query Names { catalogPage { categories { name } } }';
const ACCOUNT = '{ accountPage { profile { companyName } } }';
const PROGRESS = 'subscription { orderProgress(orderId: "o-1") { id } }';
const ORDER = `mutation { createOrder(input: { idempotencyKey: "k", lines: [{ productId: "mug", quantity: 0 }],
  shippingAddressId: "ada-home", paymentMethodId: "ada-card" }) { __typename } }`;
const CARDS = `query Company { accountPage { profile { companyName } } }
  query Id { accountPage { id } }
  query Contact($phone: Boolean!) { accountPage { profile { contactName phone @include(if: $phone) } } }`;
const DEFERRED = '{ accountPage { id ... @defer { profile { companyName } } } }';

function manifest(name: string, documents: object): void {
  writeFileSync(join(folder, `${name}.json`), JSON.stringify(documents));
}

let world: ScenarioWorld;
beforeAll(async () => {
  manifest('web', { names: NAMES, account: ACCOUNT, order: ORDER, cards: CARDS, deferred: DEFERRED });
  manifest('app', {
    format: 'apollo-persisted-query-manifest',
    version: 1,
    operations: [{ id: 'progress', name: 'Progress', type: 'subscription', body: PROGRESS }],
  });
  world = await startBffWorld({ TRUSTED_DOCUMENTS: folder, ALLOW_UNTRUSTED_DOCUMENTS: 'false' });
});
afterAll(() => world.close());

interface Answer {
  readonly status: number;
  readonly body: {
    readonly data?: unknown;
    readonly errors?: readonly { readonly extensions?: { readonly code?: string } }[];
  };
}

async function ask(t: BffScenario, init: RequestInit, search = '', as = 'ada'): Promise<Response> {
  return fetch(`${world.graphqlUrl}${search}`, {
    ...init,
    headers: {
      'content-type': 'application/json',
      baggage: t.baggage,
      authorization: `Bearer ${await world.createToken(as)}`,
      ...(init.headers as Record<string, string> | undefined),
    },
  });
}

async function send(t: BffScenario, init: RequestInit, search = '', as = 'ada'): Promise<Answer> {
  const response = await ask(t, init, search, as);
  return { status: response.status, body: (await response.json()) as Answer['body'] };
}

const post = (t: BffScenario, body: unknown, headers: Record<string, string> = {}, as = 'ada'): Promise<Answer> =>
  send(t, { method: 'POST', body: JSON.stringify(body), headers }, '', as);

const get = (t: BffScenario, params: Record<string, string>): Promise<Answer> =>
  send(t, { method: 'GET' }, `?${new URLSearchParams(params).toString()}`);

function play(name: string, body: (t: BffScenario) => Promise<void>): void {
  it(name, () => runScenario(world, name, body));
}

const getCode = ({ body }: Answer): string | undefined => body.errors?.[0]?.extensions?.code;

describe('a trusted document', () => {
  play('is requested by its hash, in each form that clients send, or by its text', async (t) => {
    const persisted = { persistedQuery: { version: 1, sha256Hash: 'names' } };
    const answers = [
      await post(t, { documentId: 'names' }),
      await post(t, { documentId: 'sha256:names', operationName: 'Names', variables: {} }),
      await post(t, { extensions: persisted }),
      await post(t, { query: NAMES }),
      await get(t, { documentId: 'names' }),
      await get(t, { extensions: JSON.stringify(persisted) }),
      await get(t, { query: NAMES }),
    ];
    for (const answer of answers)
      expect(answer).toEqual({ status: 200, body: { data: { catalogPage: { categories: [{ name: 'Kitchen' }] } } } });
  });

  play('may be a mutation, or a query with @defer', async (t) => {
    expect(await post(t, { documentId: 'order' })).toMatchObject({ status: 200, body: { data: null } });
    const response = await fetch(world.graphqlUrl, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        accept: 'multipart/mixed; deferSpec=20220824',
        baggage: t.baggage,
        authorization: `Bearer ${await world.createToken('ada')}`,
      },
      body: JSON.stringify({ documentId: 'deferred' }),
    });
    expect(response.headers.get('content-type')).toContain('multipart/mixed');
    expect(await response.text()).toContain('Ada Lovelace');
  });

  play('can be explained like any other', async (t) => {
    const { body } = await post(t, { documentId: 'account' }, { 'x-explain': '1' });
    expect(body).toMatchObject({ extensions: { explain: { calls: [{ operation: 'getCustomers' }] } } });
  });

  play('is read from a changed manifest without a restart', async (t) => {
    expect(getCode(await post(t, { documentId: 'late' }))).toBe('PERSISTED_QUERY_NOT_FOUND');
    manifest('late', { late: '{ catalogPage { __typename } }' });
    expect(await post(t, { documentId: 'late' })).toMatchObject({
      body: { data: { catalogPage: { __typename: 'CatalogPage' } } },
    });
    rmSync(join(folder, 'late.json'));
    let refused: Answer | undefined;
    for (const until = Date.now() + 10_000; Date.now() < until && refused?.status !== 400; await sleep(50))
      refused = await post(t, { documentId: 'late' });
    expect(refused && getCode(refused)).toBe('PERSISTED_QUERY_NOT_FOUND');
  });

  play('remains when a manifest becomes invalid or contradicts another', async (t) => {
    for (const broken of ['{ "names"', '{ "names": "{ catalogPage { __typename } }" }', '{ "x": 5 }']) {
      writeFileSync(join(folder, 'broken.json'), broken);
      expect(getCode(await post(t, { documentId: 'new' }))).toBe('PERSISTED_QUERY_NOT_FOUND');
      expect(await post(t, { documentId: 'names' })).toMatchObject({ status: 200 });
    }
    rmSync(join(folder, 'broken.json'));
  });
});

describe('any other document', () => {
  const QUERY = '{ accountPage { id } }';
  play('is rejected, in whatever form it comes, without a downstream call', async (t) => {
    const answers = [
      await post(t, { query: QUERY }),
      await post(t, { query: QUERY, extensions: { persistedQuery: { version: 1, sha256Hash: 'f'.repeat(64) } } }),
      await post(t, { documentId: 'unknown' }),
      await get(t, { query: QUERY }),
      await get(t, { query: QUERY, documentId: 'unknown' }),
      await post(t, { query: `${NAMES} ` }),
    ];
    expect(answers.map((answer) => [answer.status, getCode(answer)])).toEqual(
      answers.map(() => [400, 'PERSISTED_QUERY_NOT_FOUND']),
    );
    expect(listCalls(t)).toEqual([]);
  });

  play('is not executed together with a trusted one', async (t) => {
    const batch = await post(t, [{ query: QUERY }, { documentId: 'names' }]);
    const twice = await send(
      t,
      { method: 'GET' },
      `?query=${encodeURIComponent(QUERY)}&query=${encodeURIComponent(NAMES)}`,
    );
    const search = await send(
      t,
      { method: 'POST', body: JSON.stringify({ documentId: 'names' }) },
      `?query=${encodeURIComponent(QUERY)}`,
    );
    expect([batch.status, twice.status]).toEqual([400, 400]);
    expect(search.body.data).toEqual({ catalogPage: { categories: [{ name: 'Kitchen' }] } });
    expect(listCalls(t)).toEqual(['catalog.listCategories']);
  });

  it('is rejected as a subscription, too', async () => {
    const client = createClient({
      url: world.graphqlUrl.replace('http', 'ws'),
      webSocketImpl: WebSocket,
      retryAttempts: 0,
      connectionParams: { authorization: `Bearer ${await world.createToken('ada')}` },
    });
    // Of a subscription that is taken nothing comes: there is no orchestrator here.
    const codes = async (query: string, extensions: Record<string, unknown> = {}): Promise<unknown> =>
      new Promise((resolve) => {
        setTimeout(resolve, 500, 'taken');
        client.subscribe(
          { query, extensions },
          {
            next: (result) => resolve(result.errors?.[0]?.extensions?.['code'] ?? 'result'),
            error: resolve,
            complete: () => resolve('over'),
          },
        );
      });
    expect(await codes(PROGRESS.replace('id', 'kind'))).toMatchObject([
      { extensions: { code: 'PERSISTED_QUERY_NOT_FOUND' } },
    ]);
    expect(await codes(PROGRESS)).toBe('taken');
    const persistedQuery = { version: 1, sha256Hash: 'progress' };
    expect(await codes('', { persistedQuery })).toBe('taken');
    await client.dispose();
  });
});

describe('a BFF whose manifest cannot be used', () => {
  it.each([
    ['is not there', undefined, 'cannot be read'],
    ['is not JSON', 'x', 'is not JSON'],
    ['is not an object', '[]', 'an object of hash to document is expected'],
    ['has no text', '{"a": 1}', 'the text of a document at "a" is expected'],
    [
      'has no ids',
      '{"format":"apollo-persisted-query-manifest","operations":[{}]}',
      'an "id" in operations[0] is expected',
    ],
  ])('does not start when it %s', async (_, text, message) => {
    const file = join(mkdtempSync(join(broken, 'case-')), 'manifest.json');
    if (text !== undefined) writeFileSync(file, text);
    await expect(startBffWorld({ TRUSTED_DOCUMENTS: file })).rejects.toThrow(message);
  });
});

describe('identical trusted queries in flight', () => {
  play('of one viewer are executed once, and continue when the first client disconnects', async (t) => {
    t.down('customer', { latency: 300 });
    const client = new AbortController();
    const first = send(t, {
      method: 'POST',
      body: JSON.stringify({ documentId: 'account' }),
      signal: client.signal,
    }).catch(() => 'disconnected');
    await sleep(100);
    const others = [post(t, { documentId: 'account' }), post(t, { documentId: 'account' })];
    await sleep(100);
    client.abort();
    expect(await first).toBe('disconnected');
    for (const answer of await Promise.all(others))
      expect(answer).toEqual({
        status: 200,
        body: { data: { accountPage: { profile: { companyName: 'Ada Lovelace & Co' } } } },
      });
    expect(listCalls(t)).toEqual(['customer.getCustomers']);
  });

  play('of two viewers are executed twice', async (t) => {
    t.down('customer', { latency: 200 });
    const [ada, bob] = await Promise.all([
      post(t, { documentId: 'account' }),
      post(t, { documentId: 'account' }, {}, 'bob'),
    ]);
    expect(ada).not.toEqual(bob);
    expect(listCalls(t)).toHaveLength(2);
  });

  play('with other documents, operations or variables are executed separately', async (t) => {
    t.down('customer', { latency: 200 });
    const contact = { documentId: 'cards', operationName: 'Contact' };
    const asked = [
      { documentId: 'account' },
      { documentId: 'cards', operationName: 'Company' },
      { documentId: 'cards', operationName: 'Id' },
      { ...contact, variables: { phone: false } },
      { ...contact, variables: { phone: true } },
      { documentId: 'names' },
    ];
    const answers = await Promise.all(asked.map((body) => post(t, body)));
    const company = { profile: { companyName: 'Ada Lovelace & Co' } };
    expect(answers.map(({ body }) => body.data)).toEqual([
      { accountPage: company },
      { accountPage: company },
      { accountPage: { id: 'ada' } },
      { accountPage: { profile: { contactName: 'Ada Lovelace' } } },
      { accountPage: { profile: { contactName: 'Ada Lovelace', phone: expect.any(String) as unknown } } },
      { catalogPage: { categories: expect.any(Array) as unknown } },
    ]);
  });

  play('have for each client the media type that it prefers', async (t) => {
    t.down('customer', { latency: 200 });
    const types = ['application/json', 'application/graphql-response+json'];
    const body = JSON.stringify({ documentId: 'account' });
    const answers = await Promise.all(types.map((accept) => ask(t, { method: 'POST', body, headers: { accept } })));
    expect(answers.map(({ headers }) => headers.get('content-type'))).toEqual(
      types.map((type) => `${type}; charset=utf-8`),
    );
  });

  play('are not coalesced with those from before a mutation of the viewer', async (t) => {
    t.down('customer', { latency: 500 });
    const before = post(t, { documentId: 'account' });
    await sleep(100);
    await post(t, { documentId: 'order' });
    await Promise.all([before, post(t, { documentId: 'account' })]);
    expect(listCalls(t).filter((call) => call === 'customer.getCustomers')).toHaveLength(2);
  });
});
