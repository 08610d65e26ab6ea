import { createOrderSaga } from '@bff/contracts';
import type { CreateOrderRejectionCode } from '@bff/contracts';
import type { SagaClient } from '@bff/saga-client';
import type { OrderEnding, OrderSagas } from './cancel-order.participants.js';

/** How long one attempt waits for a saga to end, in milliseconds. */
const END_TIMEOUT_MS = 1_500;

const STOPPED: CreateOrderRejectionCode = 'CANCELLED';

/** The sagas of orders in the engine. */
export class EngineOrderSagas implements OrderSagas {
  constructor(private readonly sagas: SagaClient) {}

  async stop(orderId: string): Promise<OrderEnding | undefined> {
    if (!(await this.sagas.exists(createOrderSaga, orderId))) return undefined;
    await this.sagas.cancel(createOrderSaga, orderId);
    const end = await this.sagas.waitForEnd(createOrderSaga, orderId, END_TIMEOUT_MS);
    if (!end) throw new Error(`The saga of order ${orderId} has not ended yet`);
    if (end.outcome.outcome === 'completed') return 'CONFIRMED';
    return end.outcome.rejection.code === STOPPED ? 'STOPPED' : 'REJECTED';
  }
}
