import { createOrderSaga } from '@bff/contracts';
import type { CreateOrderRejectionCode } from '@bff/contracts';
import type { SagaClient } from '@bff/saga-client';
import type { OrderEnding, OrderSagas } from './cancel-order.participants.js';

/** How long one try waits for a saga to end, in milliseconds. */
const ENDS_WITHIN_MS = 1_500;

const STOPPED: CreateOrderRejectionCode = 'CANCELLED';

/** The sagas of orders, where the engine runs them. */
export class EngineOrderSagas implements OrderSagas {
  constructor(private readonly sagas: SagaClient) {}

  async stop(orderId: string): Promise<OrderEnding | undefined> {
    if (!(await this.sagas.exists(createOrderSaga, orderId))) return undefined;
    await this.sagas.cancel(createOrderSaga, orderId);
    const ended = await this.sagas.waitForEnd(createOrderSaga, orderId, ENDS_WITHIN_MS);
    if (!ended) throw new Error(`The saga of order ${orderId} has not ended yet`);
    if (ended.outcome.outcome === 'completed') return 'CONFIRMED';
    return ended.outcome.rejection.code === STOPPED ? 'STOPPED' : 'REJECTED';
  }
}
