import { createOrderSaga } from '@bff/contracts';
import DataLoader from 'dataloader';
import type { OrchestratorClient, SagaStory } from './orchestrator.client.js';

export interface OrchestratorLoaders {
  /** How an order came to be: the story of its CreateOrder saga. */
  readonly sagaOfOrder: DataLoader<string, SagaStory>;
}

export function orchestratorLoaders(orchestrator: OrchestratorClient): OrchestratorLoaders {
  return {
    // Its endpoint takes one id. What several fields of a page ask for is asked once.
    sagaOfOrder: new DataLoader<string, SagaStory>(
      (ids) => Promise.all(ids.map((id) => orchestrator.getSaga(createOrderSaga.name, id))),
      { name: 'sagaOfOrder', maxBatchSize: 1 },
    ),
  };
}
