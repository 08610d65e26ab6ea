import type { CheckedRequest, OperationId, ServiceName } from '@bff/contracts';
import type { Settled } from './duties.js';

/** Everything that a fake of a service can be asked, by operation. */
export type FakeService<S extends ServiceName> = {
  readonly [O in OperationId<S>]: (request: CheckedRequest<S, O>) => Settled;
};

/** The writes of a participant, and what becomes of an order by them. */
export interface ParticipantOperations<S extends ServiceName> {
  readonly do: OperationId<S>;
  readonly undo: OperationId<S>;
  readonly finish: OperationId<S>;
  /** Takes back what was made final, or only done. */
  readonly revoke: OperationId<S>;
}

/** Which operations are a participant's do, undo, finish and revoke. */
export const PARTICIPANTS: { readonly [S in ServiceName]: ParticipantOperations<S> } = {
  order: { do: 'openOrder', undo: 'rejectOrder', finish: 'confirmOrder', revoke: 'cancelOrder' },
  catalog: { do: 'reserveStock', undo: 'releaseStock', finish: 'commitStock', revoke: 'returnStock' },
  customer: { do: 'authorisePayment', undo: 'voidPayment', finish: 'capturePayment', revoke: 'refundPayment' },
};

/** The services that there are fakes of. */
export const SERVICES = ['order', 'customer', 'catalog'] as const satisfies readonly ServiceName[];
