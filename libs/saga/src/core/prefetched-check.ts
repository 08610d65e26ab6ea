import { setTimeout as sleep } from 'node:timers/promises';
import type { DurableContext } from './durable-context.js';
import type { SagaFact } from './fact.js';
import type { Saga } from './saga.js';
import { executeSaga } from './execute-saga.js';
import type { SagaExecution } from './execute-saga.js';

/** So long a saga's beginning waits for the answer to what the saga asks first, in milliseconds. */
const PREFETCH_TIMEOUT_MS = 100;

type Action = () => Promise<unknown>;

/**
 * What a saga asks first, when that is a check: it is asked while the saga begins, and its answer is remembered with the
 * beginning, for remembering each of the two is what a step costs. Trouble, and an answer that takes long, are the step's own.
 */
export class PrefetchedCheck {
  /** The first try; whoever runs the step waits for it, too. */
  private firstAttempt: Promise<unknown> | undefined;
  /** Tries that failed before anybody could be told. */
  private readonly unreported: SagaFact[] = [];
  private onFailedAttempt = (fact: SagaFact): void => void this.unreported.push(fact);

  /** Asks, and gives back what came of it; undefined when the saga asks nothing first, or got no answer soon. */
  async prefetch<P, Request, Result>(
    saga: Saga<P, Request, Result>,
    execution: Omit<SagaExecution<P, Request>, 'context' | 'onFact'>,
    retryTimeoutFactor: number,
  ): Promise<unknown> {
    const ask = findFirstCheck(saga, execution, { retryTimeoutFactor, onTry: (fact) => this.onFailedAttempt(fact) });
    if (!ask) return undefined;
    this.firstAttempt = ask();
    return Promise.race([
      this.firstAttempt.catch(() => undefined),
      sleep(PREFETCH_TIMEOUT_MS, undefined, { ref: false }),
    ]);
  }

  /** The same run; but what was asked is not asked again. Tries that failed are told as soon as their step is. */
  resume(context: DurableContext, answer: unknown, onFact: (fact: SagaFact) => void): DurableContext {
    let isFirst = true;
    const run: DurableContext['run'] = async <T>(...[name, action, patience]: Parameters<typeof context.run<T>>) => {
      if (!isFirst) return context.run(name, action, patience);
      isFirst = false;
      this.unreported.forEach(onFact);
      this.onFailedAttempt = onFact;
      // The story is the same, and so is what it asks first.
      if (answer !== undefined) return answer as T;
      return context.run(name, () => this.takeFirstAttempt<T>() ?? action(), patience);
    };
    return {
      ...{ run, retryTimeoutFactor: context.retryTimeoutFactor },
      waitForDecision: (stuck, waitMs) => context.waitForDecision(stuck, waitMs),
      closePendingDecision: () => context.closePendingDecision(),
    };
  }

  private takeFirstAttempt<T>(): Promise<T> | undefined {
    const { firstAttempt: asked } = this;
    this.firstAttempt = undefined;
    return asked as Promise<T> | undefined;
  }
}

/** Tells a story up to the first thing that it asks, and gives that back, unasked; undefined when it is no check. */
function findFirstCheck<P, Request, Result>(
  saga: Saga<P, Request, Result>,
  execution: Omit<SagaExecution<P, Request>, 'context' | 'onFact'>,
  { retryTimeoutFactor, onTry }: { readonly retryTimeoutFactor: number; readonly onTry: (fact: SagaFact) => void },
): Action | undefined {
  let isCheck = false;
  let first: Action | undefined;
  const endless = (): Promise<never> => new Promise(() => undefined);
  const run = (_name: string, action: Action): Promise<never> => {
    if (isCheck) first = action;
    return endless();
  };
  const onFact = (fact: SagaFact): void => {
    if (fact.kind === 'STEP_STARTED') isCheck = fact.stepKind === 'check';
    if (fact.kind === 'ATTEMPT_FAILED') onTry(fact);
  };
  const context = { run, retryTimeoutFactor, waitForDecision: endless, closePendingDecision: endless };
  // What is wrong with a story is said when it is told in earnest.
  executeSaga(saga, { ...execution, context, onFact }).catch(() => undefined);
  return first;
}
