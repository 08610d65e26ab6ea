import { cancelOrderSaga, createOrderSaga } from '@bff/contracts';
import DataLoader from 'dataloader';
import type { OrchestratorClient, SagaStory } from './orchestrator.client.js';

export interface OrchestratorLoaders {
  /** How an order came to be: the story of its CreateOrder saga. */
  readonly sagaOfOrder: DataLoader<string, SagaStory>;
  /** How an order was cancelled: the story of its CancelOrder saga. */
  readonly cancellationOfOrder: DataLoader<string, SagaStory>;
}

export function createOrchestratorLoaders(orchestrator: OrchestratorClient): OrchestratorLoaders {
  // The endpoint takes one id. What several fields of a page ask for is asked once.
  const createStoryLoader = (saga: string, name: string) =>
    new DataLoader<string, SagaStory>((ids) => Promise.all(ids.map((id) => orchestrator.getSaga(saga, id))), {
      name,
      maxBatchSize: 1,
    });
  return {
    sagaOfOrder: createStoryLoader(createOrderSaga.name, 'sagaOfOrder'),
    cancellationOfOrder: createStoryLoader(cancelOrderSaga.name, 'cancellationOfOrder'),
  };
}
