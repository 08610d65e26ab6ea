import { Inject } from '@nestjs/common';
import { Args, Context, Mutation, Resolver } from '@nestjs/graphql';
import { cancelOrderSaga, createOrderSaga } from '@bff/contracts';
import type { CancelOrderRejectionCode, CancelOrderSagaResult } from '@bff/contracts';
import { isId } from '@bff/kernel';
import { createBadUserInputError, createCancellingUnavailableError, requireViewer } from '@bff/page';
import type { PageContext } from '@bff/page';
import { EngineUnavailable, SagaClient } from '@bff/saga-client';
import type { Outcome } from '@bff/saga';
import { readWaitMs } from '../../models/wait-ms.js';
import { CancelOrderInput, CancelOrderResult } from './cancel-order.model.js';

/** Starts the CancelOrder saga of an order, or finds it, and waits for its outcome, but no longer than `waitMs`. */
@Resolver()
export class CancelOrderMutation {
  constructor(@Inject(SagaClient) private readonly sagas: SagaClient) {}

  @Mutation(() => CancelOrderResult, {
    description:
      'Cancels an order of the viewer, whether it is confirmed or still being processed. It is safe to send the same mutation again: it answers with the same outcome.',
  })
  async cancelOrder(
    @Args('input', { description: 'The order, and how long to wait.' }) input: CancelOrderInput,
    @Context() context: PageContext,
  ): Promise<CancelOrderResult> {
    const { customerId } = requireViewer(context);
    const { orderId } = input;
    const waitMs = readWaitMs(input.waitMs);
    if (!isId(orderId)) throw createBadUserInputError('input.orderId', 'the id of an order is expected');
    const until = Date.now() + waitMs;
    try {
      if (!(await this.isOwnOrder(orderId, customerId, context))) return createNotFound(orderId);
      const request = { orderId, customerId };
      const input = { request, fingerprint: customerId };
      const left = until - Date.now();
      const { ended } = await this.sagas.run(cancelOrderSaga, orderId, input, left, context.baggage);
      return ended ? toCancelOrderResult(orderId, ended.outcome) : { __typename: 'CancellationPending', orderId };
    } catch (error) {
      if (error instanceof EngineUnavailable) throw createCancellingUnavailableError(error);
      throw error;
    }
  }

  /** Asks the order service; when it does not have the order (yet) or is unavailable, the saga. Throws EngineUnavailable. */
  private async isOwnOrder(orderId: string, customerId: string, { load }: PageContext): Promise<boolean> {
    const order = await load.orderById.load(orderId).catch(() => null);
    if (order) return order.customerId === customerId;
    if (!(await this.sagas.exists(createOrderSaga, orderId))) return false;
    const summary = await this.sagas.findSummary(createOrderSaga, orderId);
    if (!summary) throw new EngineUnavailable(`The saga of order ${orderId} has not started yet`);
    return summary.subject === customerId;
  }
}

function toCancelOrderResult(orderId: string, outcome: Outcome<CancelOrderSagaResult>): CancelOrderResult {
  if (outcome.outcome === 'completed')
    return { __typename: 'OrderCancelled', orderId, refunded: outcome.result.refunded };
  const { code, message } = outcome.rejection;
  const __typename = MEMBERS[code];
  if (!__typename) throw new Error(`No member of CancelOrderResult stands for the rejection ${code}`);
  return { __typename, orderId, message };
}

type RejectionMember = 'OrderNotCancellable' | 'OrderNotFound';

const MEMBERS: Readonly<Record<string, RejectionMember>> = {
  ORDER_REJECTED: 'OrderNotCancellable',
  ORDER_UNKNOWN: 'OrderNotFound',
} satisfies Record<CancelOrderRejectionCode, RejectionMember>;

function createNotFound(orderId: string): CancelOrderResult {
  return { __typename: 'OrderNotFound', orderId, message: 'There is no such order.' };
}
