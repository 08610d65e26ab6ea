import { Field, ID, Int, ObjectType } from '@nestjs/graphql';
import { ListSize } from '@bff/page';
import {
  DecisionAction,
  Direction,
  OrderEventKind,
  SagaOutcome,
  SagaStatus,
  StepKind,
  StepResult,
} from './saga.enums.js';

@ObjectType({ description: 'Why a step or an attempt did not succeed.' })
export class SagaError {
  @Field({
    description:
      'For programs: a business reason, for example OUT_OF_STOCK, or a technical one, for example DOWNSTREAM_TIMEOUT.',
  })
  readonly code!: string;

  @Field({ description: 'The same for people, in plain English.' })
  readonly message!: string;
}

@ObjectType({ description: 'What an operator decided about a saga that needed attention.' })
export class SagaDecision {
  @Field(() => DecisionAction, { description: 'What was decided.' })
  readonly action!: `${DecisionAction}`;

  @Field(() => String, {
    nullable: true,
    description: 'Id of the operator who decided; null unless the viewer is an operator.',
  })
  readonly by!: string | null;

  @Field(() => String, {
    nullable: true,
    description: 'The reason that the operator gave; null unless the viewer is an operator.',
  })
  readonly why!: string | null;
}

@ObjectType({
  description: 'Something that happened while an order was processed. Events are never changed or removed.',
})
export class OrderEvent {
  @Field(() => ID, {
    description: 'Cursor of the event: pass it as `after` to `orderProgress` or `sagaProgress` to resume behind it.',
  })
  readonly id!: string;

  @Field(() => Date, { description: 'When it happened.' })
  readonly at!: Date;

  @Field(() => OrderEventKind, { description: 'What happened.' })
  readonly kind!: `${OrderEventKind}`;

  @Field(() => String, {
    nullable: true,
    description:
      'Name of the step in plain English, for example "reserve the stock"; null for events of the whole saga.',
  })
  readonly step!: string | null;

  @Field(() => StepKind, { nullable: true, description: 'The kind of that step; null for events of the whole saga.' })
  readonly stepKind!: `${StepKind}` | null;

  @Field(() => Direction, {
    nullable: true,
    description: 'Whether that step is executed or undone; null for events of the whole saga.',
  })
  readonly direction!: `${Direction}` | null;

  @Field(() => StepResult, { nullable: true, description: 'For STEP_ENDED: how the step ended; null otherwise.' })
  readonly result!: `${StepResult}` | null;

  @Field(() => Int, {
    nullable: true,
    description: 'How long the attempt took, in milliseconds; null for events that are not about an attempt.',
  })
  readonly durationMs!: number | null;

  @Field(() => SagaError, { nullable: true, description: 'What went wrong; null when nothing did.' })
  readonly error!: SagaError | null;

  @Field(() => SagaDecision, { nullable: true, description: 'For DECIDED: what an operator decided; null otherwise.' })
  readonly decision!: SagaDecision | null;

  @Field(() => SagaOutcome, { nullable: true, description: 'For ENDED: how the saga ended; null otherwise.' })
  readonly outcome!: `${SagaOutcome}` | null;

  @Field(() => Int, {
    nullable: true,
    description: 'For ATTEMPTS_OMITTED: the number of failed attempts that are not listed; null otherwise.',
  })
  readonly omittedAttempts!: number | null;
}

@ObjectType({ description: 'One attempt of a step that failed.' })
export class FailedAttempt {
  @Field(() => Date, { description: 'When the attempt started.' })
  readonly at!: Date;

  @Field(() => Int, { description: 'How long it took to fail, in milliseconds.' })
  readonly durationMs!: number;

  @Field(() => SagaError, { description: 'Why it failed.' })
  readonly error!: SagaError;
}

@ObjectType({ description: 'A step of a saga, or the undo of one, with its attempts.' })
export class TimelineStep {
  @Field({ description: 'Name of the step in plain English, for example "reserve the stock".' })
  readonly name!: string;

  @Field(() => StepKind, { description: 'Whether the step can be undone, and whether it is the point of no return.' })
  readonly kind!: `${StepKind}`;

  @Field(() => Direction, { description: 'Whether the step is executed or undone.' })
  readonly direction!: `${Direction}`;

  @Field(() => StepResult, { nullable: true, description: 'How the step ended; null while it is being executed.' })
  readonly result!: `${StepResult}` | null;

  @Field(() => Date, { description: 'When the first attempt started.' })
  readonly startedAt!: Date;

  @Field(() => Date, { nullable: true, description: 'When the step ended; null while it is being executed.' })
  readonly endedAt!: Date | null;

  @Field(() => Int, {
    nullable: true,
    description:
      'Time from the start to the end in milliseconds, including all attempts and the pauses between them; null while it is being executed.',
  })
  readonly durationMs!: number | null;

  @Field(() => [FailedAttempt], {
    description: 'The attempts that failed. When there are more than 20 in a row, only the first and the last 10.',
  })
  readonly failedAttempts!: readonly FailedAttempt[];

  @Field(() => Int, {
    description: 'The number of failed attempts that are missing from `failedAttempts`; 0 for none.',
  })
  readonly omittedAttempts!: number;

  @Field(() => SagaError, {
    nullable: true,
    description: 'Why the step was not done; null when it was, and before its end.',
  })
  readonly error!: SagaError | null;
}

@ObjectType({
  description: 'How an order was processed: every step, attempt, undo and decision of its saga. It is never deleted.',
})
export class OrderTimeline {
  @Field(() => SagaStatus, { description: 'The state of the saga.' })
  readonly status!: `${SagaStatus}`;

  @Field(() => Date, { description: 'When the saga started.' })
  readonly startedAt!: Date;

  @Field(() => Date, { nullable: true, description: 'When the saga ended; null before.' })
  readonly endedAt!: Date | null;

  @Field(() => Int, {
    nullable: true,
    description: 'Time from the start to the end of the saga in milliseconds; null before its end.',
  })
  readonly durationMs!: number | null;

  @Field(() => [TimelineStep], { description: 'The steps and undos, in the order in which they started.' })
  readonly steps!: readonly TimelineStep[];

  @ListSize({ assumedSize: 100 })
  @Field(() => [OrderEvent], {
    description: 'Everything that happened, in order: the same events that `orderProgress` sends.',
  })
  readonly events!: readonly OrderEvent[];
}
