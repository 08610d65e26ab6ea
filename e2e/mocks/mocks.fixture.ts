import type { ServiceName } from '@bff/contracts';
import { startCommand, createPlace } from '../support/terminal.fixture.js';
import type { Command, Place } from '../support/terminal.fixture.js';

/** A response of the mocks, or of the BFF in front of them. */
export interface MocksAnswer {
  readonly status: number;
  readonly body: unknown;
}

/** `npm run mocks` as a user in another repository sees it: a command, ports and HTTP. */
export interface Mocks {
  readonly command: Command;
  readonly place: Place;
  readonly urls: Readonly<Record<'mocks' | 'bff' | ServiceName, string>>;
  /** Calls the control API. */
  control(
    method: string,
    path: string,
    body?: unknown,
    headers?: Readonly<Record<string, string>>,
  ): Promise<MocksAnswer>;
  /** Asks the BFF as a customer, in a scope. */
  ask(customerId: string, scope: string, query: string, variables?: object): Promise<MocksAnswer>;
  close(): Promise<void>;
}

export async function startMocks(args: readonly string[], env: Readonly<Record<string, string>> = {}): Promise<Mocks> {
  const place = await createPlace();
  const running = startCommand('mocks', place, args, env);
  await running.waitForText('\nready ').catch((error: unknown) => {
    place.clear();
    throw error;
  });
  const getUrl = (variable: string) => `http://127.0.0.1:${place.env[variable] ?? ''}`;
  const urls = {
    mocks: getUrl('MOCKS_PORT'),
    bff: getUrl('BFF_PORT'),
    order: getUrl('ORDER_PORT'),
    customer: getUrl('CUSTOMER_PORT'),
    catalog: getUrl('CATALOG_PORT'),
  };
  return {
    command: running,
    place,
    urls,
    control: (method, path, body, headers) => send(`${urls.mocks}${path}`, method, body, headers),
    ask: async (customerId, scope, query, variables = {}) => {
      const token = await (await fetch(`${urls.mocks}/tokens/${customerId}`)).text();
      const headers = { authorization: `Bearer ${token}`, baggage: `bff-scope=${scope}` };
      return send(`${urls.bff}/graphql`, 'POST', { query, variables }, headers);
    },
    async close() {
      running.press('SIGINT');
      await running.ended;
      place.clear();
    },
  };
}

async function send(
  url: string,
  method: string,
  body: unknown,
  headers: Readonly<Record<string, string>> = {},
): Promise<MocksAnswer> {
  const response = await fetch(url, {
    method,
    headers: { ...(body !== undefined && { 'content-type': 'application/json' }), ...headers },
    ...(body !== undefined && { body: typeof body === 'string' ? body : JSON.stringify(body) }),
  });
  const text = await response.text();
  const isJson = (response.headers.get('content-type') ?? '').includes('json');
  return { status: response.status, body: isJson ? JSON.parse(text) : text };
}
