import { createServer } from 'node:http';
import type { RequestListener, Server, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { BreakerState, CallBounds, DownstreamPolicy } from './downstream-policy.js';
import { DownstreamError } from './downstream-error.js';
import { HttpClient } from './http-client.js';

const OPEN_MS = 20;
const PROBES = 100;
const get = { method: 'GET', path: '/products?ids=1' } as const;

const fail = (response: ServerResponse): void => void response.writeHead(503).end('{}');
const ok = (response: ServerResponse): void => void response.end('{}');
const hang = (): void => undefined;

let server: Server;
let client: HttpClient;
/** How the server answers from now on. */
let answer: (response: ServerResponse) => void;
/** Called whenever a request has arrived. */
let arrived: () => void;
let calls: number;

async function start(more: Partial<DownstreamPolicy> = {}): Promise<void> {
  [calls, arrived, answer] = [0, () => undefined, fail];
  const listener: RequestListener = (_, response) => {
    calls += 1;
    arrived();
    answer(response);
  };
  server = createServer(listener);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  client = new HttpClient({
    downstream: 'catalog',
    url: `http://127.0.0.1:${port}`,
    timeoutMs: 5_000,
    maxBytes: 1_000,
    retries: 0,
    maxConcurrent: 8,
    maxQueued: 8,
    coalesce: false,
    breaker: { windowCalls: 10, minCalls: 4, openMs: OPEN_MS },
    ...more,
  });
  for (let call = 0; call < 4; call++) await client.send(get).catch(() => undefined);
  expect(client.health.state).toBe('open');
}

/** Makes calls until one of them is let through as a probe, and says how it ended. */
async function probe(bounds: () => CallBounds): Promise<unknown> {
  for (;;) {
    const result = await client.send(get, bounds()).catch((error: unknown) => error);
    if (!(result instanceof Error && result.message.includes('circuit breaker is open'))) return result;
    await sleep(1);
  }
}

/** The states of the breaker after each of a hundred probes. */
async function statesAfterProbes(probeOnce: () => Promise<unknown>): Promise<ReadonlySet<BreakerState>> {
  const states = new Set<BreakerState>();
  for (let nth = 0; nth < PROBES; nth++) {
    await probeOnce();
    states.add(client.health.state);
  }
  return states;
}

async function cancelProbe(): Promise<void> {
  const caller = new AbortController();
  arrived = () => caller.abort();
  const error = await probe(() => ({ signal: caller.signal }));
  expect(error).toMatchObject({ message: expect.stringContaining('is not needed any more') as unknown });
}

async function hurryProbe(): Promise<void> {
  const error = await probe(() => ({ deadline: Date.now() + 10 }));
  expect(error).toMatchObject({ code: 'DOWNSTREAM_TIMEOUT' });
}

afterEach(async () => {
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
});

describe.each([
  ['whose callers disconnect', cancelProbe],
  ['that were given too little time', hurryProbe],
] as const)('a hundred probes of a dead service %s', (_, probeOnce) => {
  beforeEach(() => start());

  it('never close the circuit breaker, and the first good answer does', async () => {
    answer = hang;
    expect([...(await statesAfterProbes(probeOnce))]).not.toContain('closed');
    [answer, arrived] = [ok, () => undefined];
    await expect(probe(() => ({}))).resolves.toMatchObject({ status: 200 });
    expect(client.health.state).toBe('closed');
  });

  it('hold back no later probe, whose failure opens the breaker for its whole time', async () => {
    answer = hang;
    await statesAfterProbes(probeOnce);
    [answer, arrived] = [fail, () => undefined];
    await expect(probe(() => ({}))).resolves.toMatchObject({ status: 503 });
    const failed = calls;
    await expect(client.send(get)).rejects.toMatchObject({ message: expect.stringContaining('is open') as unknown });
    expect(calls).toBe(failed);
  });
});

describe('a probe', () => {
  it('that several callers share says nothing when the last of them has left', async () => {
    await start({ coalesce: true });
    answer = hang;
    for (let nth = 0; nth < 10; nth++) await cancelProbe();
    expect(client.health.state).not.toBe('closed');
  });

  it('of a caller who has left before says nothing', async () => {
    await start();
    await sleep(2 * OPEN_MS);
    await expect(client.send(get, { signal: AbortSignal.abort() })).rejects.toBeInstanceOf(DownstreamError);
    expect(client.health.state).not.toBe('closed');
  });
});

it('one error is thrown while probes are inconclusive, so that it is logged once', async () => {
  await start();
  const refused = (): Promise<unknown> => client.send(get).catch((error: unknown) => error);
  const first = await refused();
  answer = hang;
  const again: unknown[] = [];
  for (let nth = 0; nth < 3; nth++) {
    const caller = new AbortController();
    const reached = new Promise<void>((resolve) => (arrived = resolve));
    const probing = probe(() => ({ signal: caller.signal }));
    await reached;
    again.push(await refused());
    caller.abort();
    await probing;
  }
  expect(again).toEqual([first, first, first]);
  expect(again.every((one) => one === first)).toBe(true);
});
