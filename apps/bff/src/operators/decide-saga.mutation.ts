import { Args, Context, createUnionType, Field, ID, InputType, Mutation, ObjectType, Resolver } from '@nestjs/graphql';
import { isId, countCodePoints, Rejection, explainUnstorable } from '@bff/kernel';
import { createBadUserInputError, requireOperator } from '@bff/page';
import type { PageContext } from '@bff/page';
import { DecisionAction, SagaName } from '../models/saga.enums.js';

const MAX_WHY = 500;

/** In characters: far more than the result of any step, and less than the orchestrator accepts. */
const MAX_RESULT = 100_000;

@InputType({ description: 'A decision about a saga that needs attention.' })
export class DecideSagaInput {
  @Field(() => ID, { description: 'Id of the order, which is the id of its saga.' })
  readonly orderId!: string;

  @Field(() => SagaName, { defaultValue: 'CreateOrder', description: 'Which saga of the order is meant.' })
  readonly saga!: `${SagaName}`;

  @Field(() => DecisionAction, { description: 'What to do: one of `Saga.can`.' })
  readonly action!: `${DecisionAction}`;

  @Field({
    description: 'The reason, 1 to 500 characters. It is kept for the audit, with the id of the operator and the time.',
  })
  readonly why!: string;

  @Field(() => String, {
    nullable: true,
    description:
      'For SKIP: the result that the step is treated as having, as JSON text of at most 100000 characters. null when the step has none.',
  })
  readonly result?: string | null;
}

@ObjectType({ description: 'Returned when the decision was accepted: the saga continues accordingly.' })
export class SagaDecided {
  @Field(() => ID, { description: 'Id of the order.' })
  readonly orderId!: string;
}

@ObjectType({
  description:
    'Returned when the decision was not accepted: the saga is not waiting for one, does not allow this action, or runs with the wrong code.',
})
export class SagaNotWaiting {
  @Field(() => ID, { description: 'Id of the order.' })
  readonly orderId!: string;

  @Field({ description: 'The reason in plain English, for display.' })
  readonly message!: string;
}

const DecideSagaResult = createUnionType({
  name: 'DecideSagaResult',
  description: 'The outcome of `decideSaga`. Select `__typename` and the fields of each member.',
  types: () => [SagaDecided, SagaNotWaiting] as const,
});

type Answer =
  ({ readonly __typename: 'SagaDecided' } & SagaDecided) | ({ readonly __typename: 'SagaNotWaiting' } & SagaNotWaiting);

/** An operator decides how a saga that needs attention continues. */
@Resolver()
export class DecideSagaMutation {
  @Mutation(() => DecideSagaResult, {
    description:
      'For operators: decides how a saga that needs attention continues. The decision is kept in its timeline.',
  })
  async decideSaga(
    @Args('input', { description: 'The saga, the decision and its reason.' }) input: DecideSagaInput,
    @Context() context: PageContext,
  ): Promise<Answer> {
    const { customerId: by } = requireOperator(context);
    const { orderId, saga, action } = input;
    if (!isId(orderId)) throw createBadUserInputError('input.orderId', 'the id of an order is expected');
    const why = input.why.trim();
    if (why === '' || countCodePoints(why) > MAX_WHY || explainUnstorable(why, 'why') !== undefined)
      throw createBadUserInputError('input.why', `1 to ${MAX_WHY} characters are expected`);
    const result = parseResult(input.result ?? null);
    try {
      await context.downstreams.orchestrator.decide(saga, orderId, { action, by, why, result });
      return { __typename: 'SagaDecided', orderId };
    } catch (error) {
      if (!(error instanceof Rejection)) throw error;
      return { __typename: 'SagaNotWaiting', orderId, message: error.message };
    }
  }
}

function parseResult(json: string | null): unknown {
  if (json === null) return null;
  if (countCodePoints(json) > MAX_RESULT)
    throw createBadUserInputError('input.result', `at most ${MAX_RESULT} characters are expected`);
  const result = parseJson(json);
  const why = explainUnstorable(result, 'it');
  if (why !== undefined)
    throw createBadUserInputError('input.result', `JSON that can be stored is expected, but ${why}`);
  return result;
}

function parseJson(json: string): unknown {
  try {
    return JSON.parse(json) as unknown;
  } catch {
    throw createBadUserInputError('input.result', 'JSON is expected, for example {"state":"CAPTURED"}');
  }
}
