import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { afterAll, expect, it } from '@jest/globals';
import type { CreateOrderRequest, CreateOrderResult } from '@bff/contracts';
import type { Outcome } from '@bff/saga';
import { rehearsals } from '@bff/testing';
import type { RehearsalJournal, SagaRehearsal } from '@bff/testing';
import { createOrder, createOrderVersions } from './create-order.saga.js';

const FOLDER = 'apps/orchestrator/src/sagas/create-order/journals';
const fileOf = (version: number) => `${FOLDER}/v${version}.json`;

/** What an engine remembers of one saga of a version, and how it ended. */
interface Stored {
  readonly name: string;
  readonly sagaId: string;
  readonly request: CreateOrderRequest;
  readonly journal: RehearsalJournal;
  readonly outcome: Outcome<CreateOrderResult>;
}

const request: CreateOrderRequest = {
  ...{ customerId: 'ada', shippingAddressId: 'ada-home', paymentMethodId: 'ada-card' },
  lines: [{ productId: 'mug', quantity: 2 }],
};

/** Ways through the story: to its end, to a no at each place that differs, and with an operator in sight. */
const WAYS: readonly {
  readonly name: string;
  readonly asks?: object;
  readonly arrange?: (t: SagaRehearsal) => void;
}[] = [
  { name: 'completed' },
  { name: 'refused by a check', asks: { customerId: 'bob' } },
  { name: 'declined', asks: { paymentMethodId: 'ada-voucher' } },
  { name: 'given up', arrange: (t) => t.step('reserve the stock').fail({ status: 503 }) },
  {
    name: 'undone at the pivot',
    arrange: (t) => t.order.confirmOrder.reply(409, { code: 'UNDONE', message: 'Too late.' }),
  },
  {
    name: 'completed after a while',
    arrange: (t) => {
      const trouble = { status: 503 } as const;
      t.step('capture the payment').fail(trouble, trouble, trouble, trouble, trouble, trouble, 'ok');
    },
  },
  {
    name: 'undone after a while',
    asks: { paymentMethodId: 'ada-voucher' },
    arrange: (t) => {
      const trouble = { status: 503 } as const;
      t.step('reserve the stock').undo.fail(trouble, trouble, trouble, trouble, trouble, trouble, 'ok');
    },
  },
];

const rehearsal = rehearsals();

/**
 * Sagas in flight go on with what the engine remembers of them. These are such memories, of every version that may be in
 * flight. When a version tells one of them otherwise, it has changed: give the change a version of its own, and write its
 * journals with WRITE_JOURNALS=1. A journal that is there is never written again.
 */
const stored = createOrderVersions.flatMap(({ version }) => {
  if (!existsSync(fileOf(version))) return [];
  const journals = JSON.parse(readFileSync(fileOf(version), 'utf8')) as readonly Stored[];
  return journals.map((one) => ({ ...one, version }));
});

it('every version that may be in flight has its journals', () => {
  if (process.env['WRITE_JOURNALS']) return;
  expect([...new Set(stored.map(({ version }) => version))]).toEqual(createOrderVersions.map(({ version }) => version));
});

if (stored.length > 0)
  rehearsal.concurrent.each(stored)(
    'version $version goes on with what is remembered of an order that was $name, and asks nobody again',
    async (t, { version, sagaId, request: asked, journal, outcome }) => {
      const saga = createOrderVersions.find((one) => one.version === version);
      if (!saga) throw new Error(`There is no version ${version}`);
      expect(await t.tell(saga, asked, { sagaId, journal })).toEqual(outcome);
      expect(t.journal.calls).toEqual([]);
    },
  );

if (process.env['WRITE_JOURNALS'] && !existsSync(fileOf(createOrder.version))) {
  const written: Stored[] = [];
  afterAll(() => writeFileSync(fileOf(createOrder.version), `${JSON.stringify(written, undefined, 1)}\n`));
  rehearsal.each(WAYS)('the journal of an order that is $name is written', async (t, { name, asks = {}, arrange }) => {
    const [sagaId, asked] = [`order-${written.length + 1}`, { ...request, ...asks }];
    arrange?.(t);
    let journal: RehearsalJournal = [];
    const outcome = await t.tell(createOrder, asked, { sagaId, onJournal: (told) => (journal = told) });
    written.push({ name, sagaId, request: asked, journal, outcome });
  });
}
