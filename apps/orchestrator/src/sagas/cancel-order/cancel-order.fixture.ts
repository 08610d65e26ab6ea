import type { CancelOrderRequest, CancelOrderSagaResult } from '@bff/contracts';
import type { Downstreams } from '@bff/downstreams';
import { saga } from '@bff/saga';
import type { Saga, Step } from '@bff/saga';
import type { CancelOrderParticipants, OrderEnding } from './cancel-order.participants.js';
import { cancelOrder } from './cancel-order.saga.js';

type CancelOrderSaga<P> = Saga<P, CancelOrderRequest, CancelOrderSagaResult>;

/** CancelOrder for an order whose own saga ended like this, so that it runs over the services' fakes alone. */
export function createCancelOrder(
  ending: OrderEnding | undefined,
  version: CancelOrderSaga<CancelOrderParticipants> = cancelOrder,
): CancelOrderSaga<Downstreams> {
  const toParticipants = (downstreams: Downstreams): CancelOrderParticipants => ({
    ...downstreams,
    orderSagas: { stop: () => Promise.resolve(ending) },
  });
  const withOrderSagas = <I, O>(step: Step<CancelOrderParticipants, I, O>): Step<Downstreams, I, O> => {
    if (step.kind === 'compensatable') throw new Error('Nothing of a cancellation is undone');
    return { ...step, do: (downstreams, input) => step.do(toParticipants(downstreams), input) };
  };
  return saga<Downstreams, CancelOrderRequest, CancelOrderSagaResult>(version, (run, ...rest) =>
    version.story((step, input) => run(withOrderSagas(step), input), ...rest),
  );
}
