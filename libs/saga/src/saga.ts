import type { SagaRejection, Step } from './step.js';

/** Runs one step of a saga. Throws into the story when the saga must end; the story never catches it. */
export type RunStep<Participants> = <Input, Output>(
  step: Step<Participants, Input, Output>,
  input: Input,
) => Promise<Output>;

/** The name and version under which a saga is started and found. */
export interface SagaName {
  readonly name: string;
  /** Raised whenever the steps change, so that sagas in flight go on with the steps that they began with. */
  readonly version: number;
}

/** A business transaction over several services, told step by step. */
export interface Saga<Participants, Request, Result> extends SagaName {
  /** Straight-line code: no I/O, clock or randomness outside a step, for it is told again after a crash. */
  readonly story: (run: RunStep<Participants>, request: Request, sagaId: string) => Promise<Result>;
}

export function saga<Participants, Request, Result>(
  name: SagaName,
  story: Saga<Participants, Request, Result>['story'],
): Saga<Participants, Request, Result> {
  return { ...name, story };
}

/** How a saga ended. */
export type Outcome<Result> =
  | { readonly outcome: 'completed'; readonly result: Result }
  | {
      readonly outcome: 'rejected';
      /** Who said no: the name of the step. */
      readonly step: string;
      readonly rejection: SagaRejection;
    };
