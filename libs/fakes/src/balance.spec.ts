import { describe, expect, it } from '@jest/globals';
import { PARTICIPANT_ACTS } from '@bff/contracts';
import type { ServiceName } from '@bff/contracts';
import { findImbalances } from './balance.js';
import type { Call } from './call.js';

/** The customer service has a second act: a fraud clearance, which is undone with the order and needs nothing to be final. */
const acts = {
  ...PARTICIPANT_ACTS,
  customer: [...PARTICIPANT_ACTS.customer, { do: 'clearFraud', undo: 'withdrawClearance' }],
};

/** Writes that took effect, in this order. */
function findImbalancesOf(...names: readonly string[]): string[] {
  const calls = names.map((name, nth): Call => {
    const [service, operation] = name.split('.') as [ServiceName, string];
    const request = { path: { orderId: 'o' }, query: {}, body: undefined, idempotencyKey: name };
    const answer = { by: 'fake', status: 200, code: null, effect: 'applied', ms: 1 } as const;
    return {
      service,
      operation,
      request,
      seq: nth,
      atMs: nth,
      method: 'PUT',
      path: '/',
      step: null,
      direction: null,
      ...answer,
    };
  });
  return findImbalances(calls, acts);
}

const opened = ['order.openOrder', 'catalog.reserveStock', 'customer.clearFraud', 'customer.authorisePayment'];
const undone = ['customer.withdrawClearance', 'catalog.releaseStock', 'order.rejectOrder'];
const finished = ['order.confirmOrder', 'customer.capturePayment', 'catalog.commitStock'];

describe('the books of an order with two acts at one service', () => {
  it('balance when both are undone, or the order is made final', () => {
    expect(findImbalancesOf(...opened, 'customer.voidPayment', ...undone)).toEqual([]);
    expect(findImbalancesOf(...opened, ...finished)).toEqual([]);
  });

  it('do not when the second is never undone', () => {
    expect(findImbalancesOf(...opened, 'customer.voidPayment', ...undone.slice(1))).toEqual([
      'Order o: customer.clearFraud took effect, and withdrawClearance never did, though nothing of the order was made final.',
    ]);
  });

  it('do not when the second is undone twice, or undone without having been done', () => {
    const twice = [...opened, 'customer.voidPayment', 'customer.withdrawClearance', ...undone];
    expect(findImbalancesOf(...twice)).toEqual([
      'Order o: customer.withdrawClearance took effect 2 times instead of once.',
    ]);
    expect(findImbalancesOf('customer.withdrawClearance')).toEqual([
      'Order o: customer.withdrawClearance took effect, and clearFraud never did.',
    ]);
  });

  it('do not when the two are undone in the order in which they were done', () => {
    const wrong = ['customer.withdrawClearance', 'customer.voidPayment', ...undone.slice(1)];
    expect(findImbalancesOf(...opened, ...wrong)).toEqual([
      'Order o: customer.voidPayment came after customer.withdrawClearance, which undoes what was done earlier: the newest is undone first.',
    ]);
  });

  it('do not when something is written that belongs to no act', () => {
    expect(findImbalancesOf('customer.fileReport')).toEqual([
      'Order o: customer.fileReport took effect, and belongs to no act.',
    ]);
  });
});
