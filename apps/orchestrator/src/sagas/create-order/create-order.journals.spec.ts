import type { CreateOrderRequest } from '@bff/contracts';
import { testReplay } from '@bff/testing';
import { createOrder, createOrderVersions } from './create-order.saga.js';

const request: CreateOrderRequest = {
  customerId: 'ada',
  shippingAddressId: 'ada-home',
  paymentMethodId: 'ada-card',
  lines: [{ productId: 'mug', quantity: 2 }],
};
const declined = { ...request, paymentMethodId: 'ada-voucher' };
const unavailable = { status: 503 } as const;
/** Longer than one round of retries. */
const NINE_MORE = Array.from({ length: 9 }, () => unavailable);

testReplay({
  folder: 'apps/orchestrator/src/sagas/create-order/journals',
  versions: createOrderVersions,
  paths: [
    { name: 'completed', request, saga: createOrder },
    { name: 'refused by a check', request: { ...request, customerId: 'bob' }, saga: createOrder },
    { name: 'declined', request: declined, saga: createOrder },
    { name: 'given up', request, saga: createOrder, arrange: (t) => t.step('reserve the stock').fail(unavailable) },
    {
      name: 'undone at the pivot',
      request,
      saga: createOrder,
      arrange: (t) => t.order.confirmOrder.reply(409, { code: 'UNDONE', message: 'Too late.' }),
    },
    {
      name: 'completed after a while',
      request,
      saga: createOrder,
      arrange: (t) => t.step('capture the payment').fail(unavailable, ...NINE_MORE, 'ok'),
    },
    {
      name: 'undone after a while',
      request: declined,
      saga: createOrder,
      arrange: (t) => t.step('reserve the stock').undo.fail(unavailable, ...NINE_MORE, 'ok'),
    },
  ],
});
