import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { Downstreams } from '@bff/downstreams';
import { compensatable, pivot, saga } from '@bff/saga';
import { Stage } from '../rehearsals/rehearsal.js';
import type { SagaRehearsal } from '../rehearsals/rehearsal.js';

let stage: Stage;
beforeEach(async () => {
  stage = await Stage.open();
});
afterEach(() => stage.close());

/** The message with which a scenario with this body fails. */
async function findFailure(body: (t: SagaRehearsal) => Promise<void> | void, on: Stage = stage): Promise<string> {
  const error: unknown = await on.run('a scenario', body).then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (!(error instanceof Error)) throw new Error('The scenario passed');
  return `${error.name}: ${error.message}`;
}

interface Init extends Pick<RequestInit, 'method' | 'body' | 'signal'> {
  readonly headers?: Readonly<Record<string, string>>;
}

/** Calls a fake as a client of the scenario would. */
function call(t: SagaRehearsal, url: string, init: Init = {}): Promise<Response> {
  const type = init.body !== undefined && { 'content-type': 'application/json' };
  return fetch(url, { ...init, headers: { baggage: t.baggage, ...type, ...init.headers } });
}

const buildPut = (body: object, key = 'k-1') => ({
  method: 'PUT',
  body: JSON.stringify(body),
  headers: { 'idempotency-key': key },
});
const mugs = { lines: [{ productId: 'mug', quantity: 2 }] };

describe('a stub', () => {
  it('that says what the service could not is refused where it is written', async () => {
    const runInvalidStub = () =>
      stage.run('an invalid stub', (t) => {
        // @ts-expect-error -- the compiler refuses it, too
        t.customer.authorisePayment.reply(409, { code: 'NO_MONEY', message: 'No.' });
      });
    const error = await runInvalidStub().catch((reason: unknown) => reason as Error);
    expect(error).toMatchObject({ name: 'InvalidStub' });
    expect(String(error)).toContain(
      'customer.authorisePayment cannot answer 409 like this: authorisePayment answer 409.code must be one of PAYMENT_DECLINED,',
    );
    // The first line of the stack that names a file.
    expect((error as Error).stack?.split('\n').find((line) => /^\s+at /.test(line))).toContain('kit.spec.ts');
  });

  it('is refused by the compiler when status or body are not of the contract', () => {
    const writeInvalidStubs = (t: SagaRehearsal): void => {
      // @ts-expect-error -- an order is not reserved with 201
      t.catalog.reserveStock.reply(201, { orderId: 'o', state: 'RESERVED', lines: [], expiresAt: '' });
      // @ts-expect-error -- a product has more than an id
      t.catalog.getProducts.reply(200, { items: [{ id: 'mug' }] });
      // @ts-expect-error -- there is no such operation
      t.catalog.reserveStok.fail('reset');
      // @ts-expect-error -- there is no such fault
      t.catalog.reserveStock.fail('rest');
      // @ts-expect-error -- the query has no such part
      t.catalog.getProducts.when({ query: { id: ['mug'] } }).fail('reset');
      // @ts-expect-error -- the call log has no such step
      t.callLog.expectSteps('catalog.reserve');
    };
    expect(writeInvalidStubs).toBeDefined();
  });

  it('that lies at the time of the call fails its scenario', async () => {
    const message = await findFailure(async (t) => {
      t.catalog.listCategories.reply(200, () => ({ items: [{ id: 'no spaces', name: '', description: '' }] }));
      expect((await call(t, `${stage.fakes.urls.catalog}/categories`)).status).toBe(500);
    });
    expect(message).toContain(
      'An answer would have broken the contract: listCategories answer 200.items.0.id must match',
    );
    expect(message).toContain('+ listCategories answer 200.items.0.id is "no spaces"');
  });

  it('that throws fails its scenario with what it threw', async () => {
    const message = await findFailure(async (t) => {
      t.catalog.listCategories.reply(200, () => {
        throw new Error('a mistake in the test');
      });
      expect((await call(t, `${stage.fakes.urls.catalog}/categories`)).status).toBe(500);
    });
    expect(message).toContain('The stub of catalog.listCategories threw: Error: a mistake in the test');
  });

  it('that nothing ever met fails its scenario', async () => {
    const message = await findFailure((t) => {
      t.customer.authorisePayment.reply(409, { code: 'PAYMENT_DECLINED', message: 'No.' });
      t.step('reserve the stock').undo.fail('reset', 'ok');
    });
    expect(message).toContain('A stub of customer.authorisePayment was set up, and no request met it.');
    expect(message).toContain(
      'The fault reset, ok of the undo of the step "reserve the stock" was set up, and no request met it.',
    );
  });
});

describe('a request', () => {
  it('that breaks the contract fails its scenario, even if its sender recovers from the response', async () => {
    const message = await findFailure(async (t) => {
      const wrong = { lines: [{ productId: 'mug', quantity: 0 }] };
      const answer = await call(t, `${stage.fakes.urls.catalog}/reservations/o-9`, buildPut(wrong));
      expect(answer.status).toBe(400);
    });
    expect(message).toContain(
      'PUT /reservations/o-9 breaks the contract of catalog.reserveStock: body.lines.0.quantity must be >= 1.',
    );
    expect(message).toContain('- body.lines.0.quantity must be >= 1\n  + body.lines.0.quantity is 0');
    expect(message).toMatch(/catalog\.reserveStock +400 BAD_REQUEST +none +contract/);
  });

  it('that no contract has fails its scenario, which names the nearest operation', async () => {
    const message = await findFailure(async (t) => {
      expect((await call(t, `${stage.fakes.urls.catalog}/product/mug/related`)).status).toBe(404);
    });
    expect(message).toContain('No operation of the catalog contract matches GET /product/mug/related.');
    expect(message).toContain(
      'The nearest operation is catalog.relatedProducts:\n  - GET /product/mug/related\n  + GET /products/{productId}/related',
    );
  });

  it('that is sent to the wrong service fails its scenario, which names the right one', async () => {
    const message = await findFailure(async (t) => {
      await call(t, `${stage.fakes.urls.order}/products?ids=mug`);
    });
    expect(message).toContain('The nearest operation is catalog.getProducts:\n  - GET /products\n  + GET /products');
  });

  it('that cannot be read fails its scenario', async () => {
    const message = await findFailure(async (t) => {
      const broken = { ...buildPut({}), body: '{"lines":' };
      expect((await call(t, `${stage.fakes.urls.catalog}/reservations/o-9`, broken)).status).toBe(400);
    });
    expect(message).toContain('The body of PUT catalog /reservations/o-9 cannot be read: ');
  });

  it('of a scope that has ended, or of none, is a stray', async () => {
    let baggage = '';
    await stage.run('a scenario that ends', (t) => {
      baggage = t.baggage;
    });
    const url = `${stage.fakes.urls.catalog}/categories`;
    expect((await fetch(url, { headers: { baggage } })).status).toBe(503);
    expect((await fetch(url)).status).toBe(503);
    expect((await fetch(url, { headers: { baggage: 'bff-scope=unknown' } })).status).toBe(503);
    expect(stage.fakes.strays).toEqual([
      expect.stringMatching(/^GET catalog \/categories came for scope a-scenario-that-ends-\w+, which has ended\.$/),
      'GET catalog /categories came without a scope: its baggage was lost on the way.',
      'GET catalog /categories came for scope unknown, which was never started.',
    ]);
  });

  it('of a scope that has ended is no stray when it is a write that came before: it may be delivered again at any time', async () => {
    const strays = stage.fakes.strays.length;
    const url = `${stage.fakes.urls.catalog}/reservations/o-7/release`;
    const send = (baggage: string, key: string) =>
      fetch(url, { method: 'POST', headers: { baggage, 'idempotency-key': key } }).then(({ status }) => status);
    let baggage = '';
    await stage.run('a scenario with a write', async (t) => {
      baggage = t.baggage;
      expect(await send(baggage, 'k-1')).toBe(200);
    });
    expect(await send(baggage, 'k-1')).toBe(503);
    expect(stage.fakes.strays).toHaveLength(strays);
    expect(await send(baggage, 'k-2')).toBe(503);
    expect(stage.fakes.strays.slice(strays)).toEqual([expect.stringContaining('which has ended.')]);
  });

  it('that is still in flight at the end fails its scenario', async () => {
    const cut = new AbortController();
    const message = await findFailure(async (t) => {
      t.catalog.listCategories.fail('hang');
      void call(t, `${stage.fakes.urls.catalog}/categories`, { signal: cut.signal }).catch(() => undefined);
      while (t.callLog.calls.length === 0) await new Promise((resolve) => setTimeout(resolve, 1));
    });
    cut.abort();
    expect(message).toContain('catalog.listCategories !hang is still in flight.');
  });
});

describe('the books', () => {
  let careless: Stage;
  beforeAll(async () => {
    careless = await Stage.open({ skipDuty: 'deduplication' });
  });
  afterAll(() => careless.close());

  const order = { customerId: 'ada', paymentMethodId: 'ada-card', amount: { amount: '8.00', currency: 'USD' } };

  it('do not balance when money is given back twice', async () => {
    const message = await findFailure(async (t) => {
      const url = `${careless.fakes.urls.customer}/payments/o-9`;
      await call(t, url, buildPut(order));
      const refund = { method: 'POST', headers: { 'idempotency-key': 'k-2' } };
      await call(t, `${url}/void`, refund);
      await call(t, `${url}/void`, refund);
      await t.callLog.expectBalanced(0);
    }, careless);
    expect(message).toContain('CallLogMismatch: The books do not balance.');
    expect(message).toContain('Order o-9: customer.voidPayment took effect 2 times instead of once.');
  });

  it('do not balance when an undo is missing, and the scenario need not ask for it', async () => {
    const forgetful = saga<Downstreams, null, null>(
      { name: 'Forgetful', version: 1, deadline: { seconds: 60 }, subject: () => '' },
      async (run, _, orderId) => {
        await run(reserve, orderId);
        await run(refuse, orderId);
        return null;
      },
    );
    const message = await findFailure(async (t) => {
      t.order.confirmOrder.reply(409, { code: 'ORDER_MISSING', message: 'No.' });
      expect((await t.execute(forgetful, null)).outcome).toBe('rejected');
    });
    expect(message).toContain('catalog.reserveStock took effect, and neither commitStock nor releaseStock did.');
  });

  it('do not balance when an order is undone here and made final there', async () => {
    const message = await findFailure(async (t) => {
      await call(t, `${stage.fakes.urls.catalog}/reservations/o-9`, buildPut(mugs));
      await call(t, `${stage.fakes.urls.customer}/payments/o-9`, buildPut(order));
      const post = (key: string) => ({ method: 'POST', headers: { 'idempotency-key': key } });
      await call(t, `${stage.fakes.urls.catalog}/reservations/o-9/commit`, post('k-2'));
      await call(t, `${stage.fakes.urls.customer}/payments/o-9/void`, post('k-3'));
    });
    expect(message).toContain(
      'catalog.commitStock and customer.voidPayment both took effect: an order is made final or undone.',
    );
  });

  const reserve = compensatable({
    name: 'reserve the stock',
    retryFor: { seconds: 1 },
    do: ({ catalog }: Downstreams, orderId: string) => catalog.reserveStock(orderId, mugs.lines),
    undo: () => Promise.resolve(null),
  });
  const refuse = pivot({
    name: 'confirm the order',
    do: ({ order }: Downstreams, orderId: string) => order.confirmOrder(orderId),
  });
});

describe('the call log', () => {
  it('says which writes it expected and which came', async () => {
    const message = await findFailure(async (t) => {
      await call(t, `${stage.fakes.urls.catalog}/reservations/o-9`, buildPut(mugs));
      t.callLog.expectSteps('order.openOrder', 'catalog.reserveStock', 'customer.authorisePayment x409');
    });
    expect(message).toContain(
      '  - order.openOrder\n  + catalog.reserveStock\n  - catalog.reserveStock\n  - customer.authorisePayment x409',
    );
  });

  it('names a write once that is delivered again and answered the same, and each time that a fault hits it', async () => {
    await stage.run('delivered again', async (t) => {
      const url = `${stage.fakes.urls.catalog}/reservations/o-9`;
      t.catalog.reserveStock.fail('reset', 'reset', 'ok');
      for (let delivery = 0; delivery < 4; delivery++) await call(t, url, buildPut(mugs)).catch(() => undefined);
      await call(t, url, buildPut(mugs, 'another key'));
      t.callLog.expectSteps(
        'catalog.reserveStock !reset',
        'catalog.reserveStock !reset',
        'catalog.reserveStock',
        'catalog.reserveStock',
      );
      await call(t, `${url}/release`, { method: 'POST', headers: { 'idempotency-key': 'k-2' } });
    });
  });

  it('counts what took effect, and not what was delivered', async () => {
    await stage.run('twice delivered', async (t) => {
      const url = `${stage.fakes.urls.catalog}/reservations/o-9`;
      await call(t, url, buildPut(mugs));
      await call(t, url, buildPut(mugs));
      t.callLog.expectExactlyOnce('catalog.reserveStock');
      await call(t, `${url}/release`, { method: 'POST', headers: { 'idempotency-key': 'k-2' } });
    });
    const message = await findFailure((t) => t.callLog.expectExactlyOnce('catalog.reserveStock'));
    expect(message).toContain('catalog.reserveStock took effect 0 times instead of once, in 0 deliveries.');
  });
});

describe('scopes', () => {
  it('share nothing: what one buys is there for the other', async () => {
    await stage.run('one', async (one) => {
      await stage.run('the other', async (other) => {
        other.catalog.listCategories.reply(200, { items: [] });
        const all = { lines: [{ productId: 'mug', quantity: 10 }] };
        const url = `${stage.fakes.urls.catalog}/reservations/o-9`;
        expect((await call(one, url, buildPut(all))).status).toBe(200);
        expect((await call(other, url, buildPut(all))).status).toBe(200);
        expect(await (await call(one, `${stage.fakes.urls.catalog}/categories`)).json()).toEqual({
          items: [expect.objectContaining({ id: 'kitchen' })],
        });
        expect(await (await call(other, `${stage.fakes.urls.catalog}/categories`)).json()).toEqual({ items: [] });
        for (const t of [one, other])
          await call(t, `${url}/release`, { method: 'POST', headers: { 'idempotency-key': 'k-2' } });
        expect(one.catalog.listCategories.calls).toHaveLength(1);
        expect(other.callLog.calls).toHaveLength(3);
      });
    });
  });
});
