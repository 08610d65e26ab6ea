import { describe, expect } from '@jest/globals';
import { createDrill, rehearsals } from '@bff/testing';
import { createCancelOrder } from './cancel-order.fixture.js';

// Of the orders in the shop, `o-1` is ada's: confirmed, and paid with 8.00.
const request = { orderId: 'o-1', customerId: 'ada' };
const TAKEN_BACK = ['order.cancelOrder', 'customer.refundPayment'] as const;

const drill = await createDrill(createCancelOrder(undefined), { request, rejectLate: () => undefined });

const rehearsal = rehearsals();

describe('CancelOrder', () => {
  rehearsal('takes back what a confirmed order took', async (t) => {
    expect(await t.execute(createCancelOrder('CONFIRMED'), request)).toMatchObject({
      outcome: 'completed',
      result: { refunded: { amount: '8.00', currency: 'USD' } },
    });
    t.callLog.expectSteps(...TAKEN_BACK, 'catalog.returnStock');
  });

  rehearsal('has nothing to do when the order was stopped on its way', async (t) => {
    const outcome = await t.execute(createCancelOrder('STOPPED'), request);
    expect(outcome).toMatchObject({ outcome: 'completed', result: { refunded: null } });
    t.callLog.expectSteps();
  });

  rehearsal('is rejected when the order was rejected by itself', async (t) => {
    expect(await t.execute(createCancelOrder('REJECTED'), request)).toMatchObject({
      outcome: 'rejected',
      step: 'stop the order',
      rejection: { code: 'ORDER_REJECTED' },
    });
    t.callLog.expectSteps();
  });

  rehearsal('takes back an order without a saga, for its customer and for no one else', async (t) => {
    const rejected = { outcome: 'rejected', rejection: { code: 'ORDER_UNKNOWN' } };
    expect(await t.execute(createCancelOrder(undefined), { orderId: 'o-2', customerId: 'ada' })).toMatchObject(
      rejected,
    );
    expect(await t.execute(createCancelOrder(undefined), { orderId: 'o-9', customerId: 'ada' })).toMatchObject(
      rejected,
    );
    t.callLog.expectSteps();
    expect(await t.execute(createCancelOrder(undefined), request)).toMatchObject({ outcome: 'completed' });
    t.callLog.expectSteps(...TAKEN_BACK, 'catalog.returnStock');
  });

  rehearsal.concurrent.each(drill)('is done once when $step meets $fault $times', async (t, one) => {
    one.arrange(t);
    const { outcome } = await t.execute(createCancelOrder(undefined), request, { timeoutMs: one.timeoutMs });
    expect(outcome).toBe('completed');
    await t.callLog.expectBalanced();
    for (const write of TAKEN_BACK) t.callLog.expectExactlyOnce(write);
  });
});
