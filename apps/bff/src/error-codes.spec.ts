import { writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { text } from 'node:stream/consumers';
import { describe, expect, it } from '@jest/globals';
import { ERROR_FACTS } from '@bff/page';
import type { ErrorCode } from '@bff/page';
import { runScenario, useTemporaryFolder } from '@bff/testing';
import type { BffScenario } from '@bff/testing';
import { startBffWorld } from './bff.fixture.js';

const ORDER_PAGE = '{ orderPage(orderId: "o-1") { id payment { state } } }';
const ORDER = `mutation { createOrder(input: { idempotencyKey: "k", lines: [{ productId: "mug", quantity: 1 }],
  shippingAddressId: "ada-home", paymentMethodId: "ada-card" }) { __typename } }`;

/** An engine of a later version: every saga is rejected with a code that this BFF does not know. */
async function startEngine(): Promise<{ readonly url: string; close(): void }> {
  const rejection = { code: 'OF_A_LATER_VERSION', message: 'No.', details: {} };
  const outcome = { outcome: 'rejected', step: 'a step', rejection };
  let fingerprint: unknown;
  const server = createServer((request, response) => {
    void text(request).then((body) => {
      const sent = request.url?.includes('/send') === true;
      if (body !== '') ({ fingerprint } = JSON.parse(body) as { fingerprint: unknown });
      const answer = sent ? { invocationId: 'inv', status: 'Accepted' } : { outcome, fingerprint };
      response.setHeader('content-type', 'application/json').end(JSON.stringify(answer));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: () => {
      server.closeAllConnections();
      server.close();
    },
  };
}

/** A manifest without documents. */
const NOTHING_TRUSTED = join(useTemporaryFolder('manifest'), 'manifest.json');
writeFileSync(NOTHING_TRUSTED, '{}');

const base64 = (part: object) => Buffer.from(JSON.stringify(part)).toString('base64url');

interface Case {
  /** What goes wrong, as the end of a sentence. */
  readonly when: string;
  readonly env?: Readonly<Record<string, string>>;
  /** Makes it go wrong. */
  readonly break?: (t: BffScenario) => void;
  readonly as?: string;
  /** A query that is sent first, and is still in flight. */
  readonly before?: string;
  readonly query: string;
  /** The HTTP status; 200 when not given. */
  readonly status?: number;
}

/** One way to get each code: a code without one does not compile. */
const CASES: Readonly<Record<ErrorCode, Case>> = {
  DOWNSTREAM_UNAVAILABLE: {
    when: 'a service refuses',
    break: (t) => t.customer.getPayments.fail('refuse'),
    query: ORDER_PAGE,
  },
  DOWNSTREAM_TIMEOUT: {
    when: 'a service hangs',
    env: { DOWNSTREAM_TIMEOUT_MS: '200' },
    break: (t) => t.customer.getPayments.fail('hang'),
    query: ORDER_PAGE,
  },
  CONTRACT_VIOLATION: {
    when: 'a service violates its contract',
    break: (t) => t.customer.getPayments.fail('lie'),
    query: ORDER_PAGE,
  },
  ORDERING_UNAVAILABLE: {
    when: 'the saga engine cannot be reached',
    env: { ENGINE_INGRESS_URL: 'http://127.0.0.1:1' },
    query: ORDER,
  },
  UNAUTHENTICATED: { when: 'the token is malformed', as: 'not a token', query: ORDER_PAGE, status: 401 },
  FORBIDDEN: { when: 'a customer asks for something that is for operators', query: '{ sagas { nodes { id } } }' },
  AUTHENTICATION_UNAVAILABLE: {
    when: "the issuer's keys cannot be loaded",
    env: { JWT_SECRET: '', JWT_JWKS_URL: 'http://127.0.0.1:1/keys' },
    as: `${base64({ alg: 'RS256', kid: 'a' })}.${base64({ sub: 'ada' })}.c2ln`,
    query: ORDER_PAGE,
    status: 503,
  },
  BAD_USER_INPUT: { when: 'an argument is out of bounds', query: ORDER.replace('quantity: 1', 'quantity: 0') },
  PERSISTED_QUERY_NOT_FOUND: {
    when: 'only trusted documents are executed, and no manifest has this one',
    env: { ALLOW_UNTRUSTED_DOCUMENTS: 'false', TRUSTED_DOCUMENTS: NOTHING_TRUSTED },
    query: '{ catalogPage { categories { id } } }',
    status: 400,
  },
  LIMIT_EXCEEDED: {
    when: 'a request needs too many downstream calls',
    env: { DOWNSTREAM_COALESCE: 'false' },
    query: `{ ${Array.from({ length: 60 }, (_, nth) => `a${nth}: catalogPage { products { totalCount } }`).join(' ')} }`,
  },
  TOO_MANY_REQUESTS: {
    when: 'a viewer has more requests in flight than allowed',
    env: { MAX_REQUESTS_PER_VIEWER: '1' },
    break: (t) => t.customer.getPayments.fail('hang'),
    before: ORDER_PAGE,
    query: '{ accountPage { id } }',
    status: 429,
  },
  INTERNAL: {
    when: 'a saga ends with an outcome that this BFF does not know',
    query: ORDER,
  },
};

describe('an error code', () => {
  it.each(
    // The keys are those of CASES.
    (Object.keys(ERROR_FACTS) as ErrorCode[]).map((code) => ({ code, ...CASES[code] })),
  )('$code is returned when $when', async ({ code, env, break: breakIt, as, before, query, status = 200 }) => {
    const engine = await startEngine();
    const world = await startBffWorld({ ENGINE_INGRESS_URL: engine.url, ...env });
    try {
      await runScenario(world, code, async (t) => {
        breakIt?.(t);
        const ask = async (text: string, signal: AbortSignal): Promise<Response> =>
          fetch(world.graphqlUrl, {
            method: 'POST',
            signal,
            headers: {
              'content-type': 'application/json',
              baggage: t.baggage,
              authorization: `Bearer ${as ?? (await world.createToken('ada'))}`,
            },
            body: JSON.stringify({ query: text }),
          });
        const over = new AbortController();
        if (before !== undefined) {
          ask(before, over.signal).catch(() => undefined);
          while (t.callLog.calls.length === 0) await sleep(5);
        }
        const response = await ask(query, over.signal);
        expect(response.status).toBe(status);
        const { errors } = (await response.json()) as { errors: { extensions: Record<string, unknown> }[] };
        expect(errors[0]?.extensions).toMatchObject({ code, retryable: ERROR_FACTS[code].retryable });
        over.abort();
      });
    } finally {
      await world.close();
      engine.close();
    }
  });
});
