import { createHash } from 'node:crypto';
import { Inject } from '@nestjs/common';
import { Args, Context, Mutation, Resolver } from '@nestjs/graphql';
import { cancelOrderSaga, createOrderSaga } from '@bff/contracts';
import type { CancelOrderSagaResult, CreateOrderRequest, CreateOrderSagaResult } from '@bff/contracts';
import { countCodePoints } from '@bff/kernel';
import { createBadUserInputError, createOrderingUnavailableError, requireViewer } from '@bff/page';
import type { PageContext } from '@bff/page';
import type { SagaEnd, SagaInput } from '@bff/saga';
import { EngineUnavailable, SagaClient } from '@bff/saga-client';
import type { StartedSaga } from '@bff/saga-client';
import { v5 as uuidv5 } from 'uuid';
import { readLines } from '../../models/order-lines.input.js';
import { readWaitMs } from '../../models/wait-ms.js';
import { CreateOrderInput } from './create-order.input.js';
import { CreateOrderResult } from './create-order.model.js';
import { toCreateOrderResult } from './to-create-order-result.js';

/** Order ids are made of customer and key under this namespace. Changing it would make every key start a new order. */
const ORDER_NAMESPACE = '6f1d1b1e-8a3c-5b1f-9d0e-2f6f0c3a7b54';

const MAX_KEY = 200;

/** Starts the CreateOrder saga, or finds the one that this key started, and waits for its outcome, but no longer than `waitMs`. */
@Resolver()
export class CreateOrderMutation {
  constructor(@Inject(SagaClient) private readonly sagas: SagaClient) {}

  @Mutation(() => CreateOrderResult, {
    description:
      'Places an order for the viewer, and waits for its outcome. It is safe to send the same mutation with the same key again: it answers with the same order.',
  })
  async createOrder(
    @Args('input', { description: 'The order, and how long to wait.' }) input: CreateOrderInput,
    @Context() context: PageContext,
  ): Promise<CreateOrderResult> {
    const { customerId } = requireViewer(context);
    const waitMs = readWaitMs(input.waitMs);
    if (input.idempotencyKey === '' || countCodePoints(input.idempotencyKey) > MAX_KEY)
      throw createBadUserInputError('input.idempotencyKey', `1 to ${MAX_KEY} characters are expected`);
    for (const name of ['shippingAddressId', 'paymentMethodId'] as const)
      if (countCodePoints(input[name]) > MAX_KEY)
        throw createBadUserInputError(`input.${name}`, `at most ${MAX_KEY} characters are expected`);
    const request: CreateOrderRequest = {
      customerId,
      lines: readLines('input.lines', input.lines),
      shippingAddressId: input.shippingAddressId,
      paymentMethodId: input.paymentMethodId,
    };
    const orderId = uuidv5(JSON.stringify([customerId, input.idempotencyKey]), ORDER_NAMESPACE);
    return this.placeOrder(orderId, request, waitMs, context.baggage);
  }

  private async placeOrder(
    orderId: string,
    request: CreateOrderRequest,
    waitMs: number,
    baggage: string | undefined,
  ): Promise<CreateOrderResult> {
    const fingerprint = computeFingerprint(request);
    const { how, ended } = await this.runSaga(orderId, { request, fingerprint }, waitMs, baggage);
    if (ended && ended.fingerprint !== fingerprint) return createConflict(orderId);
    if (ended && how === 'found') return this.findCurrentResult(orderId, ended);
    if (ended) return toCreateOrderResult(orderId, ended.outcome);
    if (how === 'found') {
      const original = await this.ignoreUnavailable(this.sagas.findSummary(createOrderSaga, orderId));
      if (original && original.fingerprint !== fingerprint) return createConflict(orderId);
    }
    return { __typename: 'OrderPending', orderId };
  }

  /** The result for an order that was placed before: if it was confirmed, it may have been cancelled since. */
  private async findCurrentResult(
    orderId: string,
    { outcome }: SagaEnd<CreateOrderSagaResult>,
  ): Promise<CreateOrderResult> {
    if (outcome.outcome !== 'completed') return toCreateOrderResult(orderId, outcome);
    const pending: CreateOrderResult = { __typename: 'OrderPending', orderId };
    const cancellation = await this.ignoreUnavailable(
      this.sagas.findEnd<CancelOrderSagaResult>(cancelOrderSaga, orderId),
    );
    if (cancellation === undefined || cancellation === 'under way') return pending;
    if (cancellation === 'none' || cancellation.outcome.outcome !== 'completed')
      return toCreateOrderResult(orderId, outcome);
    return { __typename: 'OrderCancelled', orderId, refunded: cancellation.outcome.result.refunded };
  }

  private async runSaga(
    orderId: string,
    input: SagaInput<CreateOrderRequest>,
    waitMs: number,
    baggage: string | undefined,
  ): Promise<StartedSaga<CreateOrderSagaResult>> {
    try {
      return await this.sagas.run(createOrderSaga, orderId, input, waitMs, baggage);
    } catch (error) {
      if (error instanceof EngineUnavailable) throw createOrderingUnavailableError(error);
      throw error;
    }
  }

  /** Undefined when the engine is unavailable. The saga is durable by now, so that the order counts as pending. */
  private async ignoreUnavailable<T>(answer: Promise<T>): Promise<T | undefined> {
    try {
      return await answer;
    } catch (error) {
      if (error instanceof EngineUnavailable) return undefined;
      throw error;
    }
  }
}

function createConflict(orderId: string): CreateOrderResult {
  return {
    __typename: 'IdempotencyConflict',
    orderId,
    message: 'This idempotencyKey came with other input before. Use a new key for a new order.',
  };
}

/** Equal for equal input, whatever the order of its lines: `readLines` returns them sorted. */
function computeFingerprint({ lines, shippingAddressId, paymentMethodId }: CreateOrderRequest): string {
  const canonical = JSON.stringify([lines.map((l) => [l.productId, l.quantity]), shippingAddressId, paymentMethodId]);
  return createHash('sha256').update(canonical).digest('hex');
}
