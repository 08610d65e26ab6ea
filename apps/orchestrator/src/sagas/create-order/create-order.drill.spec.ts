import { expect } from '@jest/globals';
import type { CreateOrderRequest } from '@bff/contracts';
import { createDrill, rehearsals } from '@bff/testing';
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

const rehearsal = rehearsals();

rehearsal.concurrent.each(drill)(
  'no debt is left when $step meets $fault $times',
  async (t, { arrange, ends, timeoutMs }) => {
    arrange(t);
    const { outcome } = await t.execute(createOrder, request, { timeoutMs });
    expect(outcome).toBe(ends);
    await t.callLog.expectBalanced();
  },
);
