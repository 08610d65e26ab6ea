import { Field, ID, Int, ObjectType, registerEnumType } from '@nestjs/graphql';
import { ListSize } from '@bff/page';

export enum SagaName {
  CreateOrder = 'CreateOrder',
  CancelOrder = 'CancelOrder',
}
registerEnumType(SagaName, {
  name: 'SagaName',
  valuesMap: {
    CreateOrder: { description: 'How an order comes to be.' },
    CancelOrder: { description: 'How an order is cancelled.' },
  },
});

export enum SagaStatus {
  RUNNING = 'RUNNING',
  UNDOING = 'UNDOING',
  NEEDS_ATTENTION = 'NEEDS_ATTENTION',
  COMPLETED = 'COMPLETED',
  REJECTED = 'REJECTED',
}
registerEnumType(SagaStatus, {
  name: 'SagaStatus',
  valuesMap: {
    RUNNING: { description: 'Its steps are under way.' },
    UNDOING: { description: 'A step said no, or was given up: what was done before it is being undone.' },
    NEEDS_ATTENTION: { description: 'A step keeps failing, or its code is wrong: `error` says which.' },
    COMPLETED: { description: 'It ended as it should.' },
    REJECTED: { description: 'It ended with a no, and what was done was undone.' },
  },
});

export enum StepKind {
  CHECK = 'CHECK',
  COMPENSATABLE = 'COMPENSATABLE',
  PIVOT = 'PIVOT',
  RETRIABLE = 'RETRIABLE',
}
registerEnumType(StepKind, {
  name: 'StepKind',
  valuesMap: {
    CHECK: { description: 'Asks, and changes nothing.' },
    COMPENSATABLE: { description: 'Can be undone.' },
    PIVOT: { description: 'The point of no return.' },
    RETRIABLE: { description: 'Comes after the pivot, and is tried until it succeeds.' },
  },
});

export enum Direction {
  DO = 'DO',
  UNDO = 'UNDO',
}
registerEnumType(Direction, { name: 'Direction', description: 'Whether a step was done or undone.' });

export enum StepResult {
  DONE = 'DONE',
  REJECTED = 'REJECTED',
  GAVE_UP = 'GAVE_UP',
  SKIPPED = 'SKIPPED',
  LEFT = 'LEFT',
}
registerEnumType(StepResult, {
  name: 'StepResult',
  description: 'How a step, or its undo, ended.',
  valuesMap: {
    REJECTED: { description: 'It said no.' },
    GAVE_UP: { description: 'It met trouble for too long, or somebody asked the saga to stop.' },
    SKIPPED: { description: 'An operator said that it counts as done.' },
    LEFT: { description: 'An operator said that it is not done any more.' },
  },
});

export enum OrderEventKind {
  STARTED = 'STARTED',
  STEP_STARTED = 'STEP_STARTED',
  ATTEMPT_FAILED = 'ATTEMPT_FAILED',
  STEP_ENDED = 'STEP_ENDED',
  ATTENTION_NEEDED = 'ATTENTION_NEEDED',
  DECIDED = 'DECIDED',
  RESUMED = 'RESUMED',
  ENDED = 'ENDED',
  ATTEMPTS_OMITTED = 'ATTEMPTS_OMITTED',
}
registerEnumType(OrderEventKind, {
  name: 'OrderEventKind',
  valuesMap: {
    STARTED: { description: 'The saga began.' },
    STEP_STARTED: { description: 'A step, or its undo, is tried from now on.' },
    ATTEMPT_FAILED: { description: 'One try met trouble; `error` says which.' },
    STEP_ENDED: { description: '`result` says how, `error` why not.' },
    ATTENTION_NEEDED: { description: 'It cannot go on by itself; `error` says why.' },
    DECIDED: { description: 'An operator decided how it goes on.' },
    RESUMED: { description: 'The code of the saga was wrong, and is right again: the saga goes on.' },
    ENDED: { description: 'It is over; `outcome` says how.' },
    ATTEMPTS_OMITTED: { description: 'Failed attempts of a step are left out here; `omittedAttempts` says how many.' },
  },
});

export enum DecisionAction {
  RETRY = 'RETRY',
  SKIP = 'SKIP',
  COMPENSATE = 'COMPENSATE',
  CANCEL = 'CANCEL',
}
registerEnumType(DecisionAction, {
  name: 'DecisionAction',
  description: 'What an operator can decide of a saga that cannot go on by itself.',
  valuesMap: {
    RETRY: { description: 'Try it again, now.' },
    SKIP: { description: 'Take it as done, with this result.' },
    COMPENSATE: { description: 'Undo the others first, and come back to it.' },
    CANCEL: { description: 'End the saga as it stands: nothing more is tried.' },
  },
});

export enum SagaOutcome {
  COMPLETED = 'COMPLETED',
  REJECTED = 'REJECTED',
}
registerEnumType(SagaOutcome, { name: 'SagaOutcome', description: 'How a saga ended.' });

@ObjectType({ description: 'Why something did not happen.' })
export class SagaTrouble {
  @Field({ description: 'A rejection, for example OUT_OF_STOCK, or trouble, for example DOWNSTREAM_TIMEOUT.' })
  readonly code!: string;

  @Field()
  readonly message!: string;
}

@ObjectType({ description: 'What an operator decided.' })
export class SagaDecision {
  @Field(() => DecisionAction)
  readonly action!: `${DecisionAction}`;

  @Field(() => String, { nullable: true, description: 'Who decided; for operators only.' })
  readonly by!: string | null;

  @Field(() => String, { nullable: true, description: 'Why; for operators only.' })
  readonly why!: string | null;
}

@ObjectType({ description: 'Something that happened on the way of an order.' })
export class OrderEvent {
  @Field(() => ID, { description: 'Give it as `after`, and hear what came later.' })
  readonly id!: string;

  @Field(() => Date)
  readonly at!: Date;

  @Field(() => OrderEventKind)
  readonly kind!: `${OrderEventKind}`;

  @Field(() => String, { nullable: true, description: 'The step, in plain English.' })
  readonly step!: string | null;

  @Field(() => StepKind, { nullable: true })
  readonly stepKind!: `${StepKind}` | null;

  @Field(() => Direction, { nullable: true })
  readonly direction!: `${Direction}` | null;

  @Field(() => StepResult, { nullable: true })
  readonly result!: `${StepResult}` | null;

  @Field(() => Int, { nullable: true, description: 'How long the try took, in milliseconds.' })
  readonly durationMs!: number | null;

  @Field(() => SagaTrouble, { nullable: true })
  readonly error!: SagaTrouble | null;

  @Field(() => SagaDecision, { nullable: true })
  readonly decision!: SagaDecision | null;

  @Field(() => SagaOutcome, { nullable: true })
  readonly outcome!: `${SagaOutcome}` | null;

  @Field(() => Int, { nullable: true, description: 'Of ATTEMPTS_OMITTED: how many failed attempts are left out.' })
  readonly omittedAttempts!: number | null;
}

@ObjectType({ description: 'One try of a step that met trouble.' })
export class FailedAttempt {
  @Field(() => Date)
  readonly at!: Date;

  @Field(() => Int, { description: 'In milliseconds.' })
  readonly durationMs!: number;

  @Field(() => SagaTrouble)
  readonly error!: SagaTrouble;
}

@ObjectType({ description: 'A step of a saga, done or undone.' })
export class TimelineStep {
  @Field({ description: 'In plain English.' })
  readonly name!: string;

  @Field(() => StepKind)
  readonly kind!: `${StepKind}`;

  @Field(() => Direction)
  readonly direction!: `${Direction}`;

  @Field(() => StepResult, { nullable: true, description: 'null while it is under way.' })
  readonly result!: `${StepResult}` | null;

  @Field(() => Date)
  readonly startedAt!: Date;

  @Field(() => Date, { nullable: true })
  readonly endedAt!: Date | null;

  @Field(() => Int, { nullable: true, description: 'From start to end, all tries and pauses, in milliseconds.' })
  readonly durationMs!: number | null;

  @Field(() => [FailedAttempt], { description: 'The attempts that failed; of very many the first and the last ones.' })
  readonly failedAttempts!: readonly FailedAttempt[];

  @Field(() => Int, { description: 'How many failed attempts are left out of `failedAttempts`.' })
  readonly omittedAttempts!: number;

  @Field(() => SagaTrouble, { nullable: true, description: 'Why not, when it was not done.' })
  readonly error!: SagaTrouble | null;
}

@ObjectType({ description: 'How an order came to be: every step, decision and its end. Kept for ever.' })
export class OrderTimeline {
  @Field(() => SagaStatus)
  readonly status!: `${SagaStatus}`;

  @Field(() => Date)
  readonly startedAt!: Date;

  @Field(() => Date, { nullable: true })
  readonly endedAt!: Date | null;

  @Field(() => Int, { nullable: true, description: 'In milliseconds; null while it is under way.' })
  readonly durationMs!: number | null;

  @Field(() => [TimelineStep], { description: 'In the order in which they began.' })
  readonly steps!: readonly TimelineStep[];

  @ListSize({ assumedSize: 100 })
  @Field(() => [OrderEvent])
  readonly events!: readonly OrderEvent[];
}
