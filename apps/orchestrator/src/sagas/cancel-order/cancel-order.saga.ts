import type { CancelOrderRequest, CancelOrderSagaResult } from '@bff/contracts';
import { cancelOrderSaga } from '@bff/contracts';
import { saga } from '@bff/saga';
import type { CancelOrderParticipants } from './cancel-order.participants.js';
import { cancelConfirmedOrder } from './steps/cancel-confirmed-order.step.js';
import { refundPayment } from './steps/refund-payment.step.js';
import { returnStock } from './steps/return-stock.step.js';
import { stopOrder } from './steps/stop-order.step.js';

/** It holds nothing while it waits, so the deadline is long. */
const DEADLINE = { seconds: 24 * 60 * 60 } as const;

/**
 * Cancels an order. An order that is not confirmed yet is stopped, and undoes itself; a confirmed order is taken back. The pivot
 * decides which of the two it is.
 */
export const cancelOrder = saga<CancelOrderParticipants, CancelOrderRequest, CancelOrderSagaResult>(
  { ...cancelOrderSaga, version: 1, deadline: DEADLINE, subject: ({ customerId }) => customerId },
  async (run, request, orderId) => {
    const order = await run(stopOrder, request); //              the point of no return
    if (order === 'STOPPED') return { orderId, refunded: null };

    await run(cancelConfirmedOrder, request); //                 retried until it succeeds
    const { refunded } = await run(refundPayment, request); //   retried until it succeeds
    await run(returnStock, request); //                          retried until it succeeds
    return { orderId, refunded };
  },
);

/** Every version that may be in flight, the newest first. */
export const cancelOrderVersions = [cancelOrder] as const;
