import type { CreateOrderRequest, CreateOrderSagaResult } from '@bff/contracts';
import { createOrderSaga } from '@bff/contracts';
import type { Downstreams } from '@bff/downstreams';
import { saga } from '@bff/saga';
import { DEADLINE } from './order-draft.js';
import { authorisePayment } from './steps/authorise-payment.step.js';
import { capturePayment } from './steps/capture-payment.step.js';
import { checkTerms } from './steps/check-terms.step.js';
import { commitStock } from './steps/commit-stock.step.js';
import { confirmOrder } from './steps/confirm-order.step.js';
import { openOrder } from './steps/open-order.step.js';
import { priceLines } from './steps/price-lines.step.js';
import { reserveStock } from './steps/reserve-stock.step.js';
import { verifyCustomer } from './steps/verify-customer.step.js';

/** Version 1, for orders in flight that began with it: it asks the customer service and the catalog one after the other. */
export const createOrderV1 = saga<Downstreams, CreateOrderRequest, CreateOrderSagaResult>(
  { ...createOrderSaga, version: 1, deadline: DEADLINE, subject: ({ customerId }) => customerId },
  async (run, request, orderId) => {
    const shippingAddress = await run(verifyCustomer, request);
    const priced = await run(priceLines, request);
    const order = { ...request, ...priced, orderId, shippingAddress };
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
