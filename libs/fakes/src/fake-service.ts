import type { CheckedRequest, OperationId, ServiceName } from '@bff/contracts';
import type { Settled } from './duties.js';

/** The operations of a fake service. */
export type FakeService<S extends ServiceName> = {
  readonly [O in OperationId<S>]: (request: CheckedRequest<S, O>) => Settled;
};
