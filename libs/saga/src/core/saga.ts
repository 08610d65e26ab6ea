import type { Duration, SagaRejection, Step } from './step.js';

/** Runs one step of a saga. Throws into the story when the saga must end; the story never catches it. */
export type RunStep<Participants> = <Input, Output>(
  step: Step<Participants, Input, Output>,
  input: Input,
) => Promise<Output>;

/** The name under which a saga is started and found, whatever its version. */
export interface SagaName {
  readonly name: string;
}

/** What a saga is, without its story. */
export interface SagaOptions<Request> extends SagaName {
  /** Raised whenever the steps change, so that sagas in flight continue with the steps that they began with. */
  readonly version: number;
  /** A saga that has not reached its pivot by then is rejected and undone. Counts from its beginning. */
  readonly deadline: Duration;
  /** Who owns the saga, for example the customer's id: who may follow it. */
  readonly subject: (request: Request) => string;
}

/** A business transaction over several services. */
export interface Saga<Participants, Request, Result> extends SagaOptions<Request> {
  /** Straight-line code: no I/O, clock or randomness outside a step, because it is replayed after a crash. */
  readonly story: (run: RunStep<Participants>, request: Request, sagaId: string) => Promise<Result>;
}

export function saga<Participants, Request, Result>(
  options: SagaOptions<Request>,
  story: Saga<Participants, Request, Result>['story'],
): Saga<Participants, Request, Result> {
  return { ...options, story };
}

/** How a saga ended. */
export type Outcome<Result> =
  | { readonly outcome: 'completed'; readonly result: Result }
  | {
      readonly outcome: 'rejected';
      /** The name of the step that was rejected. */
      readonly step: string;
      readonly rejection: SagaRejection;
    };
