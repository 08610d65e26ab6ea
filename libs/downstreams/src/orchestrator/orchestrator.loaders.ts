import { cancelOrderSaga, createOrderSaga } from '@bff/contracts';
import DataLoader from 'dataloader';
import type { OrchestratorClient, SagaTimeline } from './orchestrator.client.js';

export interface OrchestratorLoaders {
  /** How an order came to be: the timeline of its CreateOrder saga. */
  readonly sagaOfOrder: DataLoader<string, SagaTimeline>;
  /** How an order was cancelled: the timeline of its CancelOrder saga. */
  readonly cancellationOfOrder: DataLoader<string, SagaTimeline>;
}

export function createOrchestratorLoaders(orchestrator: OrchestratorClient): OrchestratorLoaders {
  // The endpoint takes one id. What several fields of a page ask for is asked once.
  const createTimelineLoader = (saga: string, name: string) =>
    new DataLoader<string, SagaTimeline>((ids) => Promise.all(ids.map((id) => orchestrator.getSaga(saga, id))), {
      name,
      maxBatchSize: 1,
    });
  return {
    sagaOfOrder: createTimelineLoader(createOrderSaga.name, 'sagaOfOrder'),
    cancellationOfOrder: createTimelineLoader(cancelOrderSaga.name, 'cancellationOfOrder'),
  };
}
