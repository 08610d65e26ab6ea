import { Args, Context, createUnionType, Field, ID, InputType, Mutation, ObjectType, Resolver } from '@nestjs/graphql';
import { isId, lengthOf, Rejection, whyNotStorable } from '@bff/kernel';
import { badUserInput, operatorOf } from '@bff/page';
import type { PageContext } from '@bff/page';
import { DecisionAction, SagaName } from '../models/saga.model.js';

const MAX_WHY = 500;

/** Far more than any step comes to, and less than the orchestrator takes, in characters. */
const MAX_RESULT = 100_000;

@InputType()
export class DecideSagaInput {
  @Field(() => ID)
  readonly orderId!: string;

  @Field(() => SagaName, { defaultValue: 'CreateOrder' })
  readonly saga!: `${SagaName}`;

  @Field(() => DecisionAction)
  readonly action!: `${DecisionAction}`;

  @Field({ description: 'Why, for the audit. It is kept for ever, with who decided and when.' })
  readonly why!: string;

  @Field(() => String, {
    nullable: true,
    description: 'For SKIP: what the step is taken to have come to, as JSON. null when not given.',
  })
  readonly result?: string | null;
}

@ObjectType({ description: 'Returned when the saga goes on as it was decided.' })
export class SagaDecided {
  @Field(() => ID)
  readonly orderId!: string;
}

@ObjectType({
  description:
    'Returned when the saga does not wait for a decision, cannot go on in this way, or runs with the wrong code.',
})
export class SagaNotWaiting {
  @Field(() => ID)
  readonly orderId!: string;

  @Field({ description: 'Why, in plain words.' })
  readonly message!: string;
}

const DecideSagaResult = createUnionType({
  name: 'DecideSagaResult',
  description: 'What became of a decision.',
  types: () => [SagaDecided, SagaNotWaiting] as const,
});

type Answer =
  ({ readonly __typename: 'SagaDecided' } & SagaDecided) | ({ readonly __typename: 'SagaNotWaiting' } & SagaNotWaiting);

/** An operator decides how a saga goes on that needs attention. */
@Resolver()
export class DecideSagaMutation {
  @Mutation(() => DecideSagaResult, {
    description: 'For operators: decides how an order goes on that needs attention. Kept with who, when and why.',
  })
  async decideSaga(@Args('input') input: DecideSagaInput, @Context() context: PageContext): Promise<Answer> {
    const { customerId: by } = operatorOf(context);
    const { orderId, saga, action } = input;
    if (!isId(orderId)) throw badUserInput('input.orderId', 'the id of an order is expected');
    const why = input.why.trim();
    if (why === '' || lengthOf(why) > MAX_WHY || whyNotStorable(why, 'why') !== undefined)
      throw badUserInput('input.why', `1 to ${MAX_WHY} characters are expected`);
    const result = resultOf(input.result ?? null);
    try {
      await context.downstreams.orchestrator.decide(saga, orderId, { action, by, why, result });
      return { __typename: 'SagaDecided', orderId };
    } catch (error) {
      if (!(error instanceof Rejection)) throw error;
      return { __typename: 'SagaNotWaiting', orderId, message: error.message };
    }
  }
}

function resultOf(json: string | null): unknown {
  if (json === null) return null;
  if (lengthOf(json) > MAX_RESULT) throw badUserInput('input.result', `at most ${MAX_RESULT} characters are expected`);
  const result = parsed(json);
  const why = whyNotStorable(result, 'it');
  if (why !== undefined) throw badUserInput('input.result', `JSON that can be stored is expected, but ${why}`);
  return result;
}

function parsed(json: string): unknown {
  try {
    return JSON.parse(json) as unknown;
  } catch {
    throw badUserInput('input.result', 'JSON is expected, for example {"state":"CAPTURED"}');
  }
}
