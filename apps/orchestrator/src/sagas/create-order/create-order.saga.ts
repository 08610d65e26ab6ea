import type { CreateOrderRequest, CreateOrderSagaResult } from '@bff/contracts';
import { createOrderSaga } from '@bff/contracts';
import type { Downstreams } from '@bff/downstreams';
import { saga } from '@bff/saga';
import { createOrderV1 } from './create-order.v1.saga.js';
import { DEADLINE } from './order-draft.js';
import { authorisePayment } from './steps/authorise-payment.step.js';
import { capturePayment } from './steps/capture-payment.step.js';
import { checkTerms } from './steps/check-terms.step.js';
import { commitStock } from './steps/commit-stock.step.js';
import { confirmOrder } from './steps/confirm-order.step.js';
import { openOrder } from './steps/open-order.step.js';
import { reserveStock } from './steps/reserve-stock.step.js';
import { verifyRequest } from './steps/verify-request.step.js';

/** Places an order. When a step is rejected, the steps before it are undone in reverse order, and the customer learns why. */
export const createOrder = saga<Downstreams, CreateOrderRequest, CreateOrderSagaResult>(
  { ...createOrderSaga, version: 2, deadline: DEADLINE, subject: ({ customerId }) => customerId },
  async (run, request, orderId) => {
    const verified = await run(verifyRequest, request);
    const order = { ...request, ...verified, orderId };
    await run(openOrder, order); //                          undo: reject the order
    const reservation = await run(reserveStock, order); //   undo: release the stock
    await run(authorisePayment, order); //                   undo: void the authorisation
    await run(checkTerms, { ...order, reservation });

    await run(confirmOrder, order); //                       the point of no return

    await run(capturePayment, order); //                     retried until it succeeds
    await run(commitStock, order); //                        retried until it succeeds
    return { orderId, total: order.total };
  },
);

/** Every version that may be in flight, the newest first. */
export const createOrderVersions = [createOrder, createOrderV1] as const;
