import { testReplay } from '@bff/testing';
import { createCancelOrder } from './cancel-order.fixture.js';
import { cancelOrderVersions } from './cancel-order.saga.js';

const request = { orderId: 'o-1', customerId: 'ada' };
const unavailable = { status: 503 } as const;
/** Longer than one round of retries. */
const NINE_MORE = Array.from({ length: 9 }, () => unavailable);

testReplay({
  folder: 'apps/orchestrator/src/sagas/cancel-order/journals',
  versions: cancelOrderVersions.map((version) => createCancelOrder(undefined, version)),
  paths: [
    { name: 'taken back', request, saga: createCancelOrder('CONFIRMED') },
    { name: 'stopped on its way', request, saga: createCancelOrder('STOPPED') },
    { name: 'rejected before', request, saga: createCancelOrder('REJECTED') },
    {
      name: 'taken back after a while',
      request,
      saga: createCancelOrder('CONFIRMED'),
      arrange: (t) => t.step('refund the payment').fail(unavailable, ...NINE_MORE, 'ok'),
    },
  ],
});
