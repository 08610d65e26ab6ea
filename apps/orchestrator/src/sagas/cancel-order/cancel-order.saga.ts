import type { CancelOrderRequest, CancelOrderResult } from '@bff/contracts';
import { cancelOrderSaga } from '@bff/contracts';
import { saga } from '@bff/saga';
import type { CancelOrderParticipants } from './cancel-order.participants.js';
import { cancelConfirmedOrder } from './steps/cancel-confirmed-order.step.js';
import { refundPayment } from './steps/refund-payment.step.js';
import { returnStock } from './steps/return-stock.step.js';
import { stopOrder } from './steps/stop-order.step.js';

/** Nothing is held while it waits, so it has all the time in the world. */
const DEADLINE = { seconds: 24 * 60 * 60 } as const;

/**
 * How an order is cancelled. An order that is still on its way stops, and undoes itself; what a confirmed one took is given
 * back. Which of the two it is, is decided once: from then on there is no way back.
 */
export const cancelOrder = saga<CancelOrderParticipants, CancelOrderRequest, CancelOrderResult>(
  { ...cancelOrderSaga, version: 1, deadline: DEADLINE, subject: ({ customerId }) => customerId },
  async (run, request, orderId) => {
    const order = await run(stopOrder, request); //              the point of no return
    if (order === 'STOPPED') return { orderId, refunded: null };

    await run(cancelConfirmedOrder, request); //                 called until it succeeds
    const { refunded } = await run(refundPayment, request); //   called until it succeeds
    await run(returnStock, request); //                          called until it succeeds
    return { orderId, refunded };
  },
);

/** Every version that may be in flight, the newest first. */
export const cancelOrderVersions = [cancelOrder] as const;
