import { registerEnumType } from '@nestjs/graphql';

export enum SagaName {
  CreateOrder = 'CreateOrder',
  CancelOrder = 'CancelOrder',
}
registerEnumType(SagaName, {
  name: 'SagaName',
  description:
    'The kinds of sagas. A saga is a transaction over several services that is either completed or undone as a whole; each has the id of its order.',
  valuesMap: {
    CreateOrder: { description: 'Places an order: reserves the stock, takes the payment and confirms the order.' },
    CancelOrder: {
      description: 'Cancels an order: stops or takes back the order, refunds the payment and returns the stock.',
    },
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
  description: 'The state of a saga.',
  valuesMap: {
    RUNNING: { description: 'Its steps are being executed.' },
    UNDOING: { description: 'A step was rejected or timed out, and the steps before it are being undone.' },
    NEEDS_ATTENTION: {
      description:
        'A step or its undo keeps failing, or the saga runs with the wrong code: an operator must intervene.',
    },
    COMPLETED: { description: 'All steps succeeded.' },
    REJECTED: { description: 'A step was rejected, timed out or was cancelled, and the steps before it are undone.' },
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
  description: 'What can happen to a step of a saga.',
  valuesMap: {
    CHECK: { description: 'Only reads: there is nothing to undo.' },
    COMPENSATABLE: { description: 'Changes something, and is undone when a later step is rejected or times out.' },
    PIVOT: { description: 'The point of no return: once it succeeds, the saga can no longer be rejected.' },
    RETRIABLE: { description: 'Comes after the pivot, and is retried until it succeeds.' },
  },
});

export enum Direction {
  DO = 'DO',
  UNDO = 'UNDO',
}
registerEnumType(Direction, {
  name: 'Direction',
  description: 'Whether a step is executed or undone.',
  valuesMap: {
    DO: { description: 'The step is executed.' },
    UNDO: { description: 'The effect of the step is taken back (its compensation).' },
  },
});

export enum StepResult {
  DONE = 'DONE',
  REJECTED = 'REJECTED',
  GAVE_UP = 'GAVE_UP',
  SKIPPED = 'SKIPPED',
  ABANDONED = 'ABANDONED',
}
registerEnumType(StepResult, {
  name: 'StepResult',
  description: 'How a step, or its undo, ended.',
  valuesMap: {
    DONE: { description: 'It succeeded.' },
    REJECTED: { description: 'A service rejected it for a business reason; `error` says which.' },
    GAVE_UP: { description: 'It kept failing until its time was up, or the order was cancelled meanwhile.' },
    SKIPPED: { description: 'An operator decided that it counts as done.' },
    ABANDONED: { description: 'An operator ended the saga before it was done: it is not retried any more.' },
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
  description: 'What an event says. It decides which of the other fields of `OrderEvent` have a value.',
  valuesMap: {
    STARTED: { description: 'The saga started.' },
    STEP_STARTED: { description: 'The first attempt of a step, or of its undo, started.' },
    ATTEMPT_FAILED: { description: 'One attempt of a step failed, and will be retried; `error` says why.' },
    STEP_ENDED: { description: 'A step, or its undo, ended; `result` says how, and `error` why it was not done.' },
    ATTENTION_NEEDED: { description: 'The saga cannot complete without an operator; `error` says why.' },
    DECIDED: { description: 'An operator decided how the saga continues; `decision` says how.' },
    RESUMED: {
      description: 'The saga had stopped because it ran with the wrong code, and continues with the right one.',
    },
    ENDED: { description: 'The saga ended; `outcome` says how. It is the last event.' },
    ATTEMPTS_OMITTED: {
      description:
        'Stands for failed attempts that are not listed; `omittedAttempts` says how many, `error` is of the last.',
    },
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
  description: 'What an operator can decide about a saga that needs attention.',
  valuesMap: {
    RETRY: { description: 'Retry the failing step now.' },
    SKIP: { description: 'Treat the failing step as done, with the result that the operator gives.' },
    COMPENSATE: { description: 'Undo the other steps first, then retry this one.' },
    CANCEL: { description: 'End the saga as it is: nothing more is retried, and steps that were not undone stay.' },
  },
});

export enum SagaOutcome {
  COMPLETED = 'COMPLETED',
  REJECTED = 'REJECTED',
}
registerEnumType(SagaOutcome, {
  name: 'SagaOutcome',
  description: 'How a saga ended.',
  valuesMap: {
    COMPLETED: { description: 'All steps succeeded.' },
    REJECTED: { description: 'A step was rejected, timed out or was cancelled, and the steps before it are undone.' },
  },
});
