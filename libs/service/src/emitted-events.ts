import type { AnswerOf, EventDraft, OperationId, ServiceName } from '@bff/contracts';
import type { Rejection } from '@bff/kernel';
import type { Kysely } from 'kysely';

/** What a write emits. */
export interface Emission<Answer = never, Draft = EventDraft> {
  /** The event of its effect; undefined when there was nothing to do. */
  readonly emit: (answer: Answer) => Draft | undefined;
  /** The event of its rejection; undefined when the rejection is of no interest to others. */
  readonly emitRejection?: (rejection: Pick<Rejection, 'code' | 'message'>) => Draft | undefined;
}

/** An event and the id of the order, product or customer that it is about. */
export interface SubjectEvent<Draft = EventDraft> {
  readonly subject: string;
  readonly event: Draft;
}

/** The events that a service emits. */
export interface EmittedEvents<Tables, Draft = EventDraft, ByOperation = Readonly<Partial<Record<string, Emission>>>> {
  /** By the operation that leads to them. */
  readonly byOperation: ByOperation;
  /** The events of the rows that were there before the service emitted events: of a seed, and of an older version. */
  readonly readRowEvents: (database: Kysely<Tables>) => AsyncIterable<readonly SubjectEvent<Draft>[]>;
}

/** The events that one service emits: only its own, and only for its own operations. */
export type EventsOf<S extends ServiceName, Tables> = EmittedEvents<
  Tables,
  EventDraft<S>,
  { readonly [O in OperationId<S>]?: Emission<AnswerOf<S, O>, EventDraft<S>> }
>;
