import { Args, Context, ID, Query, Resolver, Subscription } from '@nestjs/graphql';
import type { AnswerOf, QueryOf, SagaOverview } from '@bff/contracts';
import { isId, explainUnstorable } from '@bff/kernel';
import { createBadUserInputError, ListSize, requireOperator } from '@bff/page';
import type { PageContext } from '@bff/page';
import { DownstreamError } from '@bff/resilience';
import { SagaName } from '../models/saga.enums.js';
import { OrderEvent } from '../models/saga.model.js';
import { followSaga } from '../models/saga.progress.js';
import { measureMilliseconds, toOrderTimeline } from '../models/saga.timeline.js';
import { Saga, SagaDetails, SagaSearchArgs, SagaSearchResult } from './saga-search.model.js';

const MAX_PAGE = 100;

/** The sagas of all customers, for operators. */
@Resolver()
export class SagasQuery {
  @ListSize({ slicingArgument: 'first', sizedField: 'nodes', maxSize: MAX_PAGE })
  @Query(() => SagaSearchResult, {
    nullable: true,
    description:
      'For operators: finds sagas, newest first. Those with the status NEEDS_ATTENTION wait for a decision. null, with an error, while the orchestrator is unavailable.',
  })
  async sagas(@Args() args: SagaSearchArgs, @Context() context: PageContext): Promise<SagaSearchResult> {
    requireOperator(context);
    const first = args.first ?? 20;
    if (first < 1 || first > MAX_PAGE) throw createBadUserInputError('first', `1 to ${MAX_PAGE} is expected`);
    for (const name of ['id', 'customerId'] as const)
      if (typeof args[name] === 'string' && !isId(args[name])) throw createBadUserInputError(name, 'an id is expected');
    if (typeof args.step === 'string' && !/^[A-Za-z][A-Za-z0-9 ]{0,63}$/.test(args.step))
      throw createBadUserInputError('step', 'the name of a step is expected');
    const { items, nextCursor } = await searchSagas(context, args.after, {
      first,
      ...(typeof args.saga === 'string' && { saga: args.saga }),
      ...(args.status && args.status.length > 0 && { status: [...args.status] }),
      ...(typeof args.id === 'string' && { id: args.id }),
      ...(typeof args.customerId === 'string' && { subject: args.customerId }),
      ...(typeof args.step === 'string' && { step: args.step }),
      ...(typeof args.olderThanSeconds === 'number' && { beganBefore: formatTimeBefore(args.olderThanSeconds) }),
    });
    return { nodes: items.map(toSaga), endCursor: nextCursor };
  }

  @Query(() => SagaDetails, {
    nullable: true,
    description:
      'For operators: one saga of an order, and everything that happened in it. null when the order has no such saga.',
  })
  async saga(
    @Args('orderId', { type: () => ID, description: 'Id of the order.' }) orderId: string,
    @Args('saga', {
      type: () => SagaName,
      defaultValue: 'CreateOrder',
      description: 'Which saga of the order is meant.',
    })
    name: `${SagaName}`,
    @Context() context: PageContext,
  ): Promise<SagaDetails | null> {
    requireOperator(context);
    if (!isId(orderId)) return null;
    const { sagaOfOrder, cancellationOfOrder } = context.load;
    const sagaTimeline = await (name === 'CreateOrder' ? sagaOfOrder : cancellationOfOrder).load(orderId);
    const timeline = toOrderTimeline(sagaTimeline, 'operator');
    return sagaTimeline.saga && timeline ? { saga: toSaga(sagaTimeline.saga), timeline } : null;
  }

  @Subscription(() => OrderEvent, {
    description:
      'For operators: sends the events of a saga as they happen, in the same way as `orderProgress`. It completes after the event ENDED, and sends nothing while the saga does not exist.',
    resolve: (event: OrderEvent) => event,
  })
  sagaProgress(
    @Args('orderId', { type: () => ID, description: 'Id of the order.' }) orderId: string,
    @Args('saga', {
      type: () => SagaName,
      defaultValue: 'CreateOrder',
      description: 'Which saga of the order is meant.',
    })
    saga: `${SagaName}`,
    @Args('after', {
      type: () => ID,
      nullable: true,
      description: 'Id of the last event that the client has: sends those after it. null sends all of them.',
    })
    after: string | null,
    @Context() context: PageContext,
  ): AsyncIterable<OrderEvent> {
    requireOperator(context);
    if (!isId(orderId)) throw createBadUserInputError('orderId', 'the id of an order is expected');
    return followSaga(context, {
      saga,
      id: orderId,
      after,
      role: 'operator',
      canSee: () => true,
    });
  }
}

/** All other arguments were validated before: a search that the orchestrator rejects has a cursor that is not one. */
async function searchSagas(
  { downstreams }: PageContext,
  after: string | null | undefined,
  query: QueryOf<'orchestrator', 'searchSagas'>,
): Promise<AnswerOf<'orchestrator', 'searchSagas'>> {
  const expected = 'the endCursor of a page of this search is expected';
  if (after === '' || explainUnstorable(after, 'after') !== undefined) throw createBadUserInputError('after', expected);
  try {
    return await downstreams.orchestrator.searchSagas({ ...query, ...(typeof after === 'string' && { after }) });
  } catch (error) {
    if (typeof after === 'string' && error instanceof DownstreamError && error.status === 400)
      throw createBadUserInputError('after', expected);
    throw error;
  }
}

function formatTimeBefore(seconds: number): string {
  return new Date(Date.now() - seconds * 1_000).toISOString();
}

function toSaga({ subject, direction, can, ...summary }: SagaOverview): Saga {
  const { saga, id, version, status, step, error } = summary;
  const [startedAt, endedAt] = [new Date(summary.beganAt), toDate(summary.endedAt)];
  return {
    // The orchestrator runs no others.
    saga: saga as `${SagaName}`,
    id,
    version,
    customerId: subject,
    status,
    step,
    error,
    startedAt,
    endedAt,
    can: can ?? [],
    direction: direction && (direction === 'do' ? 'DO' : 'UNDO'),
    lastAt: new Date(summary.lastAt),
    ageMs: measureMilliseconds(startedAt, endedAt ?? new Date()),
    failingSince: toDate(summary.failingSince),
    attentionSince: toDate(summary.attentionSince),
  };
}

function toDate(time: string | null): Date | null {
  return time === null ? null : new Date(time);
}
