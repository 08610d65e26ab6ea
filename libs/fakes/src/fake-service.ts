import type { CheckedRequest, OperationId, ServiceName } from '@bff/contracts';
import type { Settled } from './duties.js';

/** Everything that a fake of a service can be asked, by operation. */
export type FakeService<S extends ServiceName> = {
  readonly [O in OperationId<S>]: (request: CheckedRequest<S, O>) => Settled;
};
