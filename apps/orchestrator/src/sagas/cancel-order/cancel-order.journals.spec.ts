import { journalSuite } from '@bff/testing';
import { cancelling } from './cancel-order.fixture.js';
import { cancelOrderVersions } from './cancel-order.saga.js';

const request = { orderId: 'o-1', customerId: 'ada' };
const trouble = { status: 503 } as const;
/** Longer than a round of what must happen. */
const NINE_MORE = Array.from({ length: 9 }, () => trouble);

journalSuite({
  folder: 'apps/orchestrator/src/sagas/cancel-order/journals',
  versions: cancelOrderVersions.map((version) => cancelling(undefined, version)),
  ways: [
    { name: 'taken back', request, saga: cancelling('CONFIRMED') },
    { name: 'stopped on its way', request, saga: cancelling('STOPPED') },
    { name: 'rejected before', request, saga: cancelling('REJECTED') },
    {
      ...{ name: 'taken back after a while', request, saga: cancelling('CONFIRMED') },
      arrange: (t) => t.step('refund the payment').fail(trouble, ...NINE_MORE, 'ok'),
    },
  ],
});
