import { afterEach, describe, expect, it } from '@jest/globals';
import { document, runScenario } from '@bff/testing';
import type { BffScenario, ScenarioWorld } from '@bff/testing';
import { startBffWorld } from './bff.fixture.js';

let world: ScenarioWorld | undefined;
afterEach(async () => {
  await world?.close();
  world = undefined;
});

const ORDER_PAGE = document('{ orderPage(orderId: "o-1") { lines { product { price { amount } } } } }');

async function play(
  body: (t: BffScenario, get: (path: string, headers?: Record<string, string>) => Promise<Response>) => Promise<void>,
  env: Record<string, string> = {},
): Promise<void> {
  const open = (world = await startBffWorld(env));
  await runScenario(open, 'metrics', (t) =>
    body(t, (path, headers = {}) => fetch(new URL(path, open.graphqlUrl), { headers })),
  );
}

/** The value of one series in the text of /metrics. */
function findValue(text: string, series: string): number | undefined {
  const line = text.split('\n').find((one) => one.startsWith(`${series} `));
  return line === undefined ? undefined : Number(line.slice(series.length));
}

describe('the metrics', () => {
  it('measure requests and downstream calls, with their outcome', async () => {
    await play(async (t, get) => {
      t.catalog.getProducts.fail({ status: 503 });
      await t.as('ada').gql(ORDER_PAGE);
      const response = await get('/metrics');
      expect(response.headers.get('content-type')).toContain('text/plain');
      const text = await response.text();
      const counted = {
        'http_request_seconds_count{method="POST",route="/graphql",status="200"}': 1,
        'downstream_attempt_seconds_count{downstream="order",outcome="ok"}': 1,
        'downstream_attempt_seconds_count{downstream="catalog",outcome="DOWNSTREAM_UNAVAILABLE"}': 2,
      };
      for (const [series, count] of Object.entries(counted))
        expect([series, findValue(text, series)]).toEqual([series, count]);
      expect(findValue(text, 'nodejs_eventloop_lag_p99_seconds')).toBeGreaterThanOrEqual(0);
    });
  });

  it('show the state of circuit breakers and bulkheads; the BFF is ready whether its downstreams are or not', async () => {
    const open = (world = await startBffWorld({ CATALOG_URL: 'http://127.0.0.1:1', FORWARD_BAGGAGE: 'false' }));
    const page = () =>
      fetch(open.graphqlUrl, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ query: '{ catalogPage { products { totalCount } } }' }),
      });
    for (let nth = 0; nth < 6; nth++) expect((await page()).status).toBe(200);
    const text = await (await fetch(new URL('/metrics', open.graphqlUrl))).text();
    const breaker = (downstream: string) =>
      ['closed', 'half-open', 'open'].filter(
        (state) => findValue(text, `downstream_breaker_state{downstream="${downstream}",state="${state}"}`) === 1,
      );
    expect(['catalog', 'customer', 'order'].map(breaker)).toEqual([['open'], ['closed'], ['closed']]);
    for (const state of ['active', 'queued'])
      expect(findValue(text, `downstream_bulkhead_calls{downstream="catalog",state="${state}"}`)).toBe(0);
    for (const path of ['/health/live', '/health/ready'])
      expect((await fetch(new URL(path, open.graphqlUrl))).status).toBe(200);
  });

  it.each([
    { token: undefined, bears: undefined, status: 404 },
    { token: 'a token of some length', bears: undefined, status: 401 },
    { token: 'a token of some length', bears: 'another token, as long', status: 401 },
    { token: 'a token of some length', bears: 'a token of some length', status: 200 },
  ])('need a token in production: $status for $bears', async ({ token, bears, status }) => {
    await play(
      async (_t, get) => {
        const headers: Record<string, string> = bears === undefined ? {} : { authorization: `Bearer ${bears}` };
        expect((await get('/metrics', headers)).status).toBe(status);
      },
      {
        NODE_ENV: 'production',
        ALLOW_UNTRUSTED_DOCUMENTS: 'true',
        FORWARD_BAGGAGE: 'false',
        ...(token !== undefined && { METRICS_TOKEN: token }),
      },
    );
  });
});
