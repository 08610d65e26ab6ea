import { journalSuite } from '@bff/testing';
import { createCancelOrder } from './cancel-order.fixture.js';
import { cancelOrderVersions } from './cancel-order.saga.js';

const request = { orderId: 'o-1', customerId: 'ada' };
const trouble = { status: 503 } as const;
/** Longer than a round of what must happen. */
const NINE_MORE = Array.from({ length: 9 }, () => trouble);

journalSuite({
  folder: 'apps/orchestrator/src/sagas/cancel-order/journals',
  versions: cancelOrderVersions.map((version) => createCancelOrder(undefined, version)),
  ways: [
    { name: 'taken back', request, saga: createCancelOrder('CONFIRMED') },
    { name: 'stopped on its way', request, saga: createCancelOrder('STOPPED') },
    { name: 'rejected before', request, saga: createCancelOrder('REJECTED') },
    {
      ...{ name: 'taken back after a while', request, saga: createCancelOrder('CONFIRMED') },
      arrange: (t) => t.step('refund the payment').fail(trouble, ...NINE_MORE, 'ok'),
    },
  ],
});
