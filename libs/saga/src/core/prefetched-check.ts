import { setTimeout as sleep } from 'node:timers/promises';
import type { DurableContext } from './durable-context.js';
import type { FactListener, SagaFact } from './fact.js';
import type { Saga } from './saga.js';
import { executeSaga } from './execute-saga.js';
import type { SagaExecution } from './execute-saga.js';

/** How long the beginning of a saga waits for the result of its first check, in milliseconds. */
const PREFETCH_TIMEOUT_MS = 100;

type Action = () => Promise<unknown>;

/**
 * The first step of a saga, when that is a check: it is run while the saga begins, and its result is journaled with the
 * beginning, because a journal entry is most of what a step costs. An error, or a late result, is left to the step itself.
 */
export class PrefetchedCheck {
  /** The first attempt; when it is still running, the step waits for it instead of starting another. */
  private firstAttempt: Promise<unknown> | undefined;
  /** Attempts that failed before their step began, and so before they could be reported. */
  private readonly unreported: SagaFact[] = [];
  private onFailedAttempt: FactListener = (fact) => void this.unreported.push(fact);

  /** Runs the check and returns its result; undefined when the saga begins with no check, or there is no result soon. */
  async prefetch<P, Request, Result>(
    saga: Saga<P, Request, Result>,
    execution: Omit<SagaExecution<P, Request>, 'context' | 'onFact'>,
    retryTimeoutFactor: number,
  ): Promise<unknown> {
    const onFailedAttempt: FactListener = (fact) => this.onFailedAttempt(fact);
    const check = findFirstCheck(saga, execution, { retryTimeoutFactor, onFailedAttempt });
    if (!check) return undefined;
    this.firstAttempt = check();
    return Promise.race([
      this.firstAttempt.catch(() => undefined),
      sleep(PREFETCH_TIMEOUT_MS, undefined, { ref: false }),
    ]);
  }

  /** The same context, which takes the result of the first check from here. Failed attempts are reported with their step. */
  resume(context: DurableContext, result: unknown, onFact: FactListener): DurableContext {
    let isFirst = true;
    const run: DurableContext['run'] = async <T>(...[name, action, retryFor]: Parameters<typeof context.run<T>>) => {
      if (!isFirst) return context.run(name, action, retryFor);
      isFirst = false;
      this.unreported.forEach(onFact);
      this.onFailedAttempt = onFact;
      // The story is the same, so the first thing that it runs has the type of this result.
      if (result !== undefined) return result as T;
      return context.run(name, () => this.takeFirstAttempt<T>() ?? action(), retryFor);
    };
    return {
      run,
      retryTimeoutFactor: context.retryTimeoutFactor,
      waitForDecision: (stuck, waitMs) => context.waitForDecision(stuck, waitMs),
      closePendingDecision: () => context.closePendingDecision(),
    };
  }

  private takeFirstAttempt<T>(): Promise<T> | undefined {
    const { firstAttempt } = this;
    this.firstAttempt = undefined;
    return firstAttempt as Promise<T> | undefined;
  }
}

/** Executes a story up to its first step, and returns that step without running it; undefined when it is no check. */
function findFirstCheck<P, Request, Result>(
  saga: Saga<P, Request, Result>,
  execution: Omit<SagaExecution<P, Request>, 'context' | 'onFact'>,
  {
    retryTimeoutFactor,
    onFailedAttempt,
  }: { readonly retryTimeoutFactor: number; readonly onFailedAttempt: FactListener },
): Action | undefined {
  let isCheck = false;
  let first: Action | undefined;
  const waitForever = (): Promise<never> => new Promise(() => undefined);
  const run = (_name: string, action: Action): Promise<never> => {
    if (isCheck) first = action;
    return waitForever();
  };
  const onFact: FactListener = (fact) => {
    if (fact.kind === 'STEP_STARTED') isCheck = fact.stepKind === 'check';
    if (fact.kind === 'ATTEMPT_FAILED') onFailedAttempt(fact);
  };
  const context = { run, retryTimeoutFactor, waitForDecision: waitForever, closePendingDecision: waitForever };
  // A faulty story fails again, and is reported, in its real execution.
  executeSaga(saga, { ...execution, context, onFact }).catch(() => undefined);
  return first;
}
