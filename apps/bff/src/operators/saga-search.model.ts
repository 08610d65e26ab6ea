import { ArgsType, Field, ID, Int, ObjectType } from '@nestjs/graphql';
import { DecisionAction, Direction, OrderTimeline, SagaName, SagaStatus, SagaTrouble } from '../models/saga.model.js';

@ObjectType({ description: 'A saga, for operators.' })
export class Saga {
  @Field(() => SagaName)
  readonly saga!: `${SagaName}`;

  @Field(() => ID, { description: 'The id of the order.' })
  readonly id!: string;

  @Field(() => Int)
  readonly version!: number;

  @Field(() => ID)
  readonly customerId!: string;

  @Field(() => SagaStatus)
  readonly status!: `${SagaStatus}`;

  @Field(() => String, {
    nullable: true,
    description: 'The step that is under way; of a rejected saga the one that said no.',
  })
  readonly step!: string | null;

  @Field(() => Direction, { nullable: true })
  readonly direction!: `${Direction}` | null;

  @Field(() => Date)
  readonly startedAt!: Date;

  @Field(() => Date, { description: 'When something happened last.' })
  readonly lastAt!: Date;

  @Field(() => Date, { nullable: true })
  readonly endedAt!: Date | null;

  @Field(() => Int, { description: 'From its start to its end, or to now, in milliseconds.' })
  readonly ageMs!: number;

  @Field(() => Date, { nullable: true, description: 'Since when it meets nothing but trouble.' })
  readonly failingSince!: Date | null;

  @Field(() => Date, { nullable: true, description: 'Since when it needs an operator.' })
  readonly attentionSince!: Date | null;

  @Field(() => SagaTrouble, { nullable: true, description: 'The trouble that it met last; of a rejected saga why.' })
  readonly error!: SagaTrouble | null;

  @Field(() => [DecisionAction], { description: 'What an operator can decide now.' })
  readonly can!: readonly `${DecisionAction}`[];
}

@ObjectType({ description: 'A page of sagas, the newest first.' })
export class SagaSearchResult {
  @Field(() => [Saga])
  readonly nodes!: readonly Saga[];

  @Field(() => String, { nullable: true, description: 'Give it as `after`; null on the last page.' })
  readonly endCursor!: string | null;
}

@ObjectType({ description: 'A saga and everything that happened in it, for operators.' })
export class SagaDetails {
  @Field(() => Saga)
  readonly saga!: Saga;

  @Field(() => OrderTimeline)
  readonly timeline!: OrderTimeline;
}

@ArgsType()
export class SagaSearchArgs {
  @Field(() => SagaName, { nullable: true })
  readonly saga?: `${SagaName}` | null;

  @Field(() => [SagaStatus], { nullable: true })
  readonly status?: readonly `${SagaStatus}`[] | null;

  @Field(() => ID, { nullable: true, description: 'An id, or the beginning of one.' })
  readonly id?: string | null;

  @Field(() => ID, { nullable: true })
  readonly customerId?: string | null;

  @Field(() => String, { nullable: true, description: 'The step that is under way, or said no.' })
  readonly step?: string | null;

  @Field(() => Int, { nullable: true, description: 'It began so many seconds ago, or before.' })
  readonly olderThanSeconds?: number | null;

  @Field(() => Int, { nullable: true, defaultValue: 20 })
  readonly first?: number | null;

  @Field(() => String, { nullable: true })
  readonly after?: string | null;
}
