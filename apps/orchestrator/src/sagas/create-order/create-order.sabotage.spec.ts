import { cpSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import type { CreateOrderRequest } from '@bff/contracts';
import { applySabotage, createDrill, findFailures, useTemporaryFolder } from '@bff/testing';
import type { Sabotage, UndoLoop } from '@bff/testing';
import { createOrder } from './create-order.saga.js';

const request: CreateOrderRequest = {
  customerId: 'ada',
  shippingAddressId: 'ada-home',
  paymentMethodId: 'ada-card',
  lines: [{ productId: 'mug', quantity: 2 }],
};
const drill = await createDrill(createOrder, {
  request,
  rejectLate: (t) => t.order.confirmOrder.reply(409, { code: 'UNDONE', message: 'Too late.' }),
});

const folder = useTemporaryFolder('sabotage');

/** A copy of the library, without one property of its saga executor. */
async function undoLoopWithout(what: Sabotage): Promise<UndoLoop> {
  const copy = join(folder, what.replaceAll(' ', '-'));
  cpSync('libs/saga/src', copy, { recursive: true });
  const file = join(copy, 'core/execute-saga.ts');
  writeFileSync(file, applySabotage(readFileSync(file, 'utf8'), what));
  const { executeSaga } = (await import(file)) as Pick<UndoLoop, 'executeSaga'>;
  const { RetriesExhausted } = (await import(join(copy, 'core/durable-context.ts'))) as Pick<
    UndoLoop,
    'RetriesExhausted'
  >;
  return { executeSaga, RetriesExhausted };
}

const failures = (options: Parameters<typeof findFailures>[3]) => findFailures(createOrder, request, drill, options);

describe('the drill of CreateOrder', () => {
  it('finds nothing in the code as it is', async () => {
    expect(await failures({})).toEqual([]);
  });

  it('notices participants that do what comes twice a second time', async () => {
    const found = await failures({ skipDuty: 'deduplication' });
    expect(found.join('\n')).toContain('customer.authorisePayment took effect 3 times instead of once');
    expect(found.join('\n')).toContain('catalog.releaseStock took effect 3 times instead of once');
  });

  it('notices participants that do what arrives after its undo', async () => {
    const found = await failures({ skipDuty: 'tombstones' });
    expect(found.join('\n')).toContain(
      'catalog.reserveStock took effect, and neither commitStock nor releaseStock did',
    );
  });

  it('notices undos that are registered too late', async () => {
    const found = await failures({ undoLoop: await undoLoopWithout('undo-before-call') });
    expect(found.join('\n')).toContain(
      'catalog.reserveStock took effect, and neither commitStock nor releaseStock did',
    );
  });

  it('notices undos that come in the wrong order', async () => {
    const found = await failures({ undoLoop: await undoLoopWithout('reverse order') });
    expect(found.join('\n')).toContain(
      'customer.voidPayment came after catalog.releaseStock, which undoes what was done earlier: the newest is undone first',
    );
  });
});
