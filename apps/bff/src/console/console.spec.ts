import { afterEach, describe, expect, it } from '@jest/globals';
import { decodeJwt } from 'jose';
import type { ScenarioWorld } from '@bff/testing';
import { startBffWorld } from '../bff.fixture.js';

let bff: ScenarioWorld | undefined;
afterEach(async () => {
  await bff?.close();
  bff = undefined;
});

async function open(env: Record<string, string> = {}): Promise<Response> {
  bff = await startBffWorld(env);
  return fetch(new URL('/console', bff.graphqlUrl));
}

const tokenIn = (html: string) => /<meta name="token" content="([^"]+)"/.exec(html)?.[1];

describe('the page of the console', () => {
  it('contains an operator’s token in development', async () => {
    const response = await open();
    expect(new URL(response.url).pathname).toBe('/console/');
    expect(decodeJwt(tokenIn(await response.text()) ?? '')).toMatchObject({ sub: 'developer', roles: ['operator'] });
  });

  it('contains no token in production', async () => {
    const response = await open({
      NODE_ENV: 'production',
      ALLOW_UNTRUSTED_DOCUMENTS: 'true',
      FORWARD_BAGGAGE: 'false',
    });
    expect(response.status).toBe(200);
    expect(tokenIn(await response.text())).toBeUndefined();
  });

  it('loads and calls nothing from other origins, cannot be framed, and is not cached', async () => {
    const { headers } = await open();
    expect(headers.get('content-security-policy')).toMatch(
      /default-src 'none'.*script-src 'self'.*frame-ancestors 'none'/,
    );
    expect(headers.get('cache-control')).toBe('no-store');
  });
});
