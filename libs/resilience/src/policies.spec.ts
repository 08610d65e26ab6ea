import { createServer } from 'node:http';
import type { RequestListener, Server, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setImmediate, setTimeout as sleep } from 'node:timers/promises';
import { afterEach, describe, expect, it } from '@jest/globals';
import type { AttemptTrace, DownstreamPolicy } from './downstream-policy.js';
import { HttpClient } from './http-client.js';

let server: Server | undefined;
afterEach(async () => {
  server?.closeAllConnections();
  await new Promise((resolve) => (server ? server.close(resolve) : resolve(undefined)));
  server = undefined;
});

const breaker = { windowCalls: 10, minCalls: 4, openMs: 300 };

/** A client of a server that answers as given, and how often the server was called. */
async function clientOf(
  answer: RequestListener,
  more: Partial<DownstreamPolicy> = {},
): Promise<{ readonly client: HttpClient; readonly calls: () => number }> {
  let calls = 0;
  const listening = (server = createServer((request, response) => {
    calls += 1;
    answer(request, response);
  }));
  await new Promise<void>((resolve) => listening.listen(0, '127.0.0.1', resolve));
  const { port } = listening.address() as AddressInfo;
  const client = new HttpClient({
    downstream: 'catalog',
    url: `http://127.0.0.1:${port}`,
    timeoutMs: 2_000,
    maxBytes: 1_000,
    retries: 0,
    maxConcurrent: 64,
    maxQueued: 64,
    coalesce: false,
    ...more,
  });
  return { client, calls: () => calls };
}

const get = { method: 'GET', path: '/products?ids=1' } as const;
const NOT_NEEDED = {
  code: 'DOWNSTREAM_UNAVAILABLE',
  message: expect.stringContaining('is not needed any more') as unknown,
};
const ok = (response: ServerResponse) => response.end('{}');
const fail = (response: ServerResponse) => {
  response.statusCode = 503;
  response.end('{}');
};

describe('a retry', () => {
  it('retries a read that failed once, and never repeats a write', async () => {
    let nth = 0;
    const { client, calls } = await clientOf((_, response) => (nth++ % 2 === 0 ? fail(response) : ok(response)), {
      retries: 1,
    });
    await expect(client.send(get)).resolves.toMatchObject({ status: 200 });
    expect(calls()).toBe(2);
    await expect(client.send({ method: 'PUT', path: '/x', body: {} })).rejects.toMatchObject({ status: 503 });
    expect(calls()).toBe(3);
  });

  it('is not made for who has gone', async () => {
    const { client, calls } = await clientOf((_, response) => fail(response), { retries: 1 });
    const gone = new AbortController();
    const left = client.send(get, {
      signal: gone.signal,
      // Between the first attempt and the second.
      trace: () => void setTimeout(() => gone.abort(), 1),
    });
    await expect(left).rejects.toMatchObject(NOT_NEEDED);
    expect(calls()).toBe(1);
  });

  it('adds at most a tenth to the load of a service that always fails', async () => {
    const { client, calls } = await clientOf((_, response) => fail(response), { retries: 3 });
    for (let call = 0; call < 100; call++) await client.send(get).catch(() => undefined);
    expect(calls()).toBeLessThanOrEqual(111);
  });

  it('waits as long as the service asks for, and is not made when there is no time for it', async () => {
    const { client, calls } = await clientOf(
      (_, response) => {
        response.setHeader('retry-after', '1');
        fail(response);
      },
      { retries: 1 },
    );
    await expect(client.send(get, { deadline: Date.now() + 500 })).rejects.toMatchObject({ retryAfterMs: 1_000 });
    expect(calls()).toBe(1);
  });
});

describe('a circuit breaker', () => {
  it('opens when half of the calls fail, lets nothing through, and closes after one good probe', async () => {
    let well = false;
    const { client, calls } = await clientOf((_, response) => (well ? ok(response) : fail(response)), { breaker });
    for (let call = 0; call < 4; call++) await client.send(get).catch(() => undefined);
    expect(client.health.state).toBe('open');
    await expect(client.send(get)).rejects.toMatchObject({
      code: 'DOWNSTREAM_UNAVAILABLE',
      message: expect.stringContaining('circuit breaker is open'),
      retryAfterMs: 300,
    });
    expect(calls()).toBe(4);
    well = true;
    await sleep(320);
    await expect(client.send(get)).resolves.toMatchObject({ status: 200 });
    expect(client.health.state).toBe('closed');
  });

  it('throws one error for as long as it is open, and another one when it opens again', async () => {
    const { client, calls } = await clientOf((_, response) => fail(response), { breaker });
    const failure = (): Promise<unknown> => client.send(get).catch((error: unknown) => error);
    while (client.health.state !== 'open') await failure();
    const [first, before] = [await failure(), calls()];
    let same = 0;
    for (let next = await failure(); calls() === before; next = await failure()) {
      expect(next).toBe(first);
      same += 1;
      await setImmediate();
    }
    expect(same).toBeGreaterThan(0);
    // One call was let through, and failed.
    expect(client.health.state).toBe('open');
    expect(await failure()).not.toBe(first);
  });

  it('probes with one call at a time, and keeps no other call waiting for it', async () => {
    let hang = false;
    const { client, calls } = await clientOf((_, response) => (hang ? undefined : fail(response)), { breaker });
    for (let call = 0; call < 4; call++) await client.send(get).catch(() => undefined);
    hang = true;
    await sleep(320);
    const probe = client.send(get, { deadline: Date.now() + 400 }).catch(() => 'over');
    await sleep(20);
    const began = performance.now();
    await expect(client.send(get)).rejects.toMatchObject({ code: 'DOWNSTREAM_UNAVAILABLE' });
    expect(performance.now() - began).toBeLessThan(200);
    expect(calls()).toBe(5);
    await probe;
  });

  it('is not opened by callers who hang up, nor by those who gave the service too little time', async () => {
    const { client } = await clientOf(() => undefined, { breaker });
    for (let call = 0; call < 6; call++) {
      await client.send(get, { signal: AbortSignal.timeout(5) }).catch(() => undefined);
      await client.send(get, { deadline: Date.now() + 5 }).catch(() => undefined);
    }
    expect(client.health.state).toBe('closed');
  });

  it('is opened by a service that hangs', async () => {
    const { client } = await clientOf(() => undefined, { breaker, timeoutMs: 50 });
    await Promise.allSettled(Array.from({ length: 5 }, () => client.send(get)));
    expect(client.health.state).toBe('open');
  });
});

describe('a bulkhead', () => {
  it('bounds the calls in flight and those that wait, and refuses the rest immediately', async () => {
    const { client, calls } = await clientOf(() => undefined, { maxConcurrent: 3, maxQueued: 2 });
    const cut = new AbortController();
    const sent = Array.from({ length: 6 }, () => client.send(get, { signal: cut.signal }));
    const results = Promise.allSettled(sent);
    await expect(sent[5]).rejects.toMatchObject({
      code: 'DOWNSTREAM_UNAVAILABLE',
      message: expect.stringContaining('3 calls are in flight and 2 wait'),
    });
    expect(client.health.load).toEqual({ active: 3, queued: 2 });
    await sleep(50);
    expect(calls()).toBe(3);
    cut.abort();
    await results;
    await sleep(10);
    expect(client.health.load).toEqual({ active: 0, queued: 0 });
  });

  it('does not keep a caller waiting past their deadline', async () => {
    const { client } = await clientOf(() => undefined, { maxConcurrent: 1, maxQueued: 5 });
    void client.send(get).catch(() => undefined);
    const began = performance.now();
    await expect(client.send(get, { deadline: Date.now() + 60 })).rejects.toMatchObject({ code: 'DOWNSTREAM_TIMEOUT' });
    expect(performance.now() - began).toBeLessThan(500);
  });
});

describe('identical reads in flight', () => {
  const coalescing = { coalesce: true };

  it('are one call', async () => {
    const { client, calls } = await clientOf((_, response) => void setTimeout(() => ok(response), 30), coalescing);
    const traces: AttemptTrace[] = [];
    const trace = (one: AttemptTrace) => traces.push(one);
    await Promise.all(Array.from({ length: 20 }, () => client.send(get, { trace })));
    expect(calls()).toBe(1);
    expect(traces.filter(({ coalesced }) => coalesced)).toHaveLength(19);
    await client.send(get);
    expect(calls()).toBe(2);
  });

  it('are never shared across coalescing keys, partitions, other headers, or writes', async () => {
    const { client, calls } = await clientOf((_, response) => void setTimeout(() => ok(response), 30), coalescing);
    await Promise.all([
      client.send(get, { coalescingKey: 'ada' }),
      client.send(get, { coalescingKey: 'eve' }),
      client.send(get, { partition: 'a test' }),
      client.send({ ...get, headers: { baggage: 'a=1' } }),
      client.send({ method: 'PUT', path: get.path }),
      client.send({ method: 'PUT', path: get.path }),
    ]);
    expect(calls()).toBe(6);
  });

  it('continue for the callers who still wait when one disconnects, and are cancelled when none is left', async () => {
    let closed = 0;
    const { client } = await clientOf((_, response) => {
      response.once('close', () => (closed += Number(!response.writableFinished)));
      setTimeout(() => ok(response), 100);
    }, coalescing);
    const impatient = new AbortController();
    const left = client.send(get, { signal: impatient.signal });
    const stays = client.send(get);
    setTimeout(() => impatient.abort(), 10);
    await expect(left).rejects.toMatchObject(NOT_NEEDED);
    await expect(stays).resolves.toMatchObject({ status: 200 });
    expect(closed).toBe(0);
    const alone = new AbortController();
    const gone = client.send(get, { signal: alone.signal });
    setTimeout(() => alone.abort(), 10);
    await expect(gone).rejects.toMatchObject(NOT_NEEDED);
    await sleep(50);
    expect(closed).toBe(1);
  });

  it('are not made for who has gone before', async () => {
    const { client, calls } = await clientOf((_, response) => ok(response), coalescing);
    await expect(client.send(get, { signal: AbortSignal.abort() })).rejects.toMatchObject(NOT_NEEDED);
    await client.send({ ...get, path: '/another' });
    expect(calls()).toBe(1);
  });
});

describe('an item of a list that is the same again', () => {
  const LIST = '{"items":[{"id":"a","b":{"c":[1]}}]}';
  const lists = async (
    texts: readonly string[],
    coalescingKey?: string,
  ): Promise<{ items: { b: { c: number[] } }[] }[]> => {
    let nth = 0;
    const { client, calls } = await clientOf((_, response) => response.end(texts[nth++]), {
      parsedItemCacheChars: 1_000,
    });
    const answers: unknown[] = [];
    while (answers.length < texts.length) {
      const { body, accept } = await client.send(get, { coalescingKey });
      answers.push(body);
      accept?.();
    }
    expect(calls()).toBe(texts.length);
    return answers as Awaited<ReturnType<typeof lists>>;
  };

  it('is the same item, which no caller can change', async () => {
    const [first, second] = await lists([LIST, LIST]);
    expect(second).toEqual(JSON.parse(LIST));
    expect(second?.items[0]).toBe(first?.items[0]);
    expect(() => second?.items[0]?.b.c.push(2)).toThrow(TypeError);
  });

  it('is not kept for one viewer alone', async () => {
    const [first, second] = await lists([LIST, LIST], 'ada');
    expect(second).toEqual(first);
    expect(second?.items[0]).not.toBe(first?.items[0]);
  });
});
