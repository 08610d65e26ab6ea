import { ArgsType, Field, ID, Int, ObjectType } from '@nestjs/graphql';
import { DecisionAction, Direction, SagaName, SagaStatus } from '../models/saga.enums.js';
import { OrderTimeline, SagaError } from '../models/saga.model.js';

@ObjectType({ description: 'Summary of a saga, for operators.' })
export class Saga {
  @Field(() => SagaName, { description: 'The kind of the saga.' })
  readonly saga!: `${SagaName}`;

  @Field(() => ID, { description: 'Id of the order, which is the id of its saga.' })
  readonly id!: string;

  @Field(() => Int, { description: 'Version of the code with which the saga started, from 1.' })
  readonly version!: number;

  @Field(() => ID, { description: 'Id of the customer who placed the order.' })
  readonly customerId!: string;

  @Field(() => SagaStatus, { description: 'The state of the saga.' })
  readonly status!: `${SagaStatus}`;

  @Field(() => String, {
    nullable: true,
    description:
      'Name of the step that is being executed; for a rejected saga, of the step that was rejected. null between steps and for a completed saga.',
  })
  readonly step!: string | null;

  @Field(() => Direction, {
    nullable: true,
    description: 'Whether that step is executed or undone; null without a step.',
  })
  readonly direction!: `${Direction}` | null;

  @Field(() => Date, { description: 'When the saga started.' })
  readonly startedAt!: Date;

  @Field(() => Date, { description: 'When its last event happened.' })
  readonly lastAt!: Date;

  @Field(() => Date, { nullable: true, description: 'When the saga ended; null before.' })
  readonly endedAt!: Date | null;

  @Field(() => Int, { description: 'Time from the start of the saga to its end, or until now, in milliseconds.' })
  readonly ageMs!: number;

  @Field(() => Date, {
    nullable: true,
    description: 'Since when every attempt of the current step has failed; null when it is not failing.',
  })
  readonly failingSince!: Date | null;

  @Field(() => Date, { nullable: true, description: 'Since when the saga needs an operator; null when it does not.' })
  readonly attentionSince!: Date | null;

  @Field(() => SagaError, {
    nullable: true,
    description: 'The last failure; for a rejected saga, why it was rejected. null when nothing failed.',
  })
  readonly error!: SagaError | null;

  @Field(() => [DecisionAction], {
    description: 'What an operator can decide now, with `decideSaga`; empty when there is nothing to decide.',
  })
  readonly can!: readonly `${DecisionAction}`[];
}

@ObjectType({ description: 'One page of a list of sagas, newest first.' })
export class SagaSearchResult {
  @Field(() => [Saga], { description: 'The sagas of this page.' })
  readonly nodes!: readonly Saga[];

  @Field(() => String, {
    nullable: true,
    description: 'Cursor of the next page: pass it as `after`. null on the last page.',
  })
  readonly endCursor!: string | null;
}

@ObjectType({ description: 'A saga and everything that happened in it, for operators.' })
export class SagaDetails {
  @Field(() => Saga, { description: 'Summary of the saga.' })
  readonly saga!: Saga;

  @Field(() => OrderTimeline, { description: 'Everything that happened in the saga.' })
  readonly timeline!: OrderTimeline;
}

@ArgsType()
export class SagaSearchArgs {
  @Field(() => SagaName, { nullable: true, description: 'Only sagas of this kind.' })
  readonly saga?: `${SagaName}` | null;

  @Field(() => [SagaStatus], {
    nullable: true,
    description: 'Only sagas in one of these states. null or an empty list means any.',
  })
  readonly status?: readonly `${SagaStatus}`[] | null;

  @Field(() => ID, { nullable: true, description: 'Only sagas whose id is this, or starts with it.' })
  readonly id?: string | null;

  @Field(() => ID, { nullable: true, description: 'Only sagas of this customer.' })
  readonly customerId?: string | null;

  @Field(() => String, {
    nullable: true,
    description:
      'Only sagas that are executing the step of this name, or that it rejected, for example "reserve the stock".',
  })
  readonly step?: string | null;

  @Field(() => Int, { nullable: true, description: 'Only sagas that started at least this many seconds ago.' })
  readonly olderThanSeconds?: number | null;

  @Field(() => Int, {
    nullable: true,
    defaultValue: 20,
    description: 'The number of sagas to return, 1 to 100. null means 20.',
  })
  readonly first?: number | null;

  @Field(() => String, {
    nullable: true,
    description: 'Returns the page after this cursor: the `endCursor` of the previous page. null for the first page.',
  })
  readonly after?: string | null;
}
