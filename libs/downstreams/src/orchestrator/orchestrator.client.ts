import type { AnswerOf, BodyOf, QueryOf } from '@bff/contracts';
import type { CallBounds } from '@bff/resilience';
import type { CallOptions, ContractClient } from '../contract-client.js';

/** A saga, and everything that happened in it. */
export type SagaTimeline = AnswerOf<'orchestrator', 'getSaga'>;

/** Sagas: what happened in each, their state, and what operators decide. */
export class OrchestratorClient {
  constructor(
    private readonly api: ContractClient<'orchestrator'>,
    /** The same API, over connections that may wait. */
    private readonly waiting: ContractClient<'orchestrator'>,
    private readonly options: CallOptions = {},
  ) {}

  /** The same client with bounds that go with every call. */
  with(options: CallOptions): OrchestratorClient {
    return new OrchestratorClient(this.api, this.waiting, options);
  }

  /** `saga` is null when it is not known. */
  getSaga(saga: string, id: string): Promise<SagaTimeline> {
    return this.api.call('getSaga', { path: { saga, id } }, this.options);
  }

  /** The newest first. */
  searchSagas(query: QueryOf<'orchestrator', 'searchSagas'>): Promise<AnswerOf<'orchestrator', 'searchSagas'>> {
    return this.api.call('searchSagas', { query }, this.options);
  }

  /** The facts after a position; waits for them for `waitMs` milliseconds. Only the signal given here ends it earlier. */
  waitForFacts(
    { saga, id, afterPosition, waitMs }: { saga: string; id: string; afterPosition: number; waitMs: number },
    bounds: CallBounds,
  ): Promise<AnswerOf<'orchestrator', 'getFacts'>> {
    return this.waiting.call('getFacts', { path: { saga, id }, query: { afterPosition, waitMs } }, bounds);
  }

  /** Throws Rejection NOT_WAITING. */
  decide(
    saga: string,
    id: string,
    decision: BodyOf<'orchestrator', 'decideSaga'>,
  ): Promise<AnswerOf<'orchestrator', 'decideSaga'>> {
    return this.api.call('decideSaga', { path: { saga, id }, body: decision }, this.options);
  }
}
