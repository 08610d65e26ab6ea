import { setTimeout as sleep } from 'node:timers/promises';
import type { DurableRun } from './durable-run.js';
import type { SagaFact } from './fact.js';
import type { Saga } from './saga.js';
import { tell } from './undo-loop.js';
import type { Telling } from './undo-loop.js';

/** So long a saga's beginning waits for the answer to what the saga asks first, in milliseconds. */
const WITHIN_MS = 100;

type Action = () => Promise<unknown>;

/**
 * What a saga asks first, when that is a check: it is asked while the saga begins, and its answer is remembered with the
 * beginning, for remembering each of the two is what a step costs. Trouble, and an answer that takes long, are the step's own.
 */
export class Opening {
  /** The first try; whoever runs the step waits for it, too. */
  private asked: Promise<unknown> | undefined;
  /** Tries that failed before anybody could be told. */
  private readonly early: SagaFact[] = [];
  private tellTry = (fact: SagaFact): void => void this.early.push(fact);

  /** Asks, and gives back what came of it; undefined when the saga asks nothing first, or got no answer soon. */
  async answer<P, Request, Result>(
    saga: Saga<P, Request, Result>,
    telling: Omit<Telling<P, Request>, 'durable' | 'onFact'>,
    patienceFactor: number,
  ): Promise<unknown> {
    const ask = firstCheckOf(saga, telling, { patienceFactor, onTry: (fact) => this.tellTry(fact) });
    if (!ask) return undefined;
    this.asked = ask();
    return Promise.race([this.asked.catch(() => undefined), sleep(WITHIN_MS, undefined, { ref: false })]);
  }

  /** The same run; but what was asked is not asked again. Tries that failed are told as soon as their step is. */
  goOn(durable: DurableRun, answer: unknown, onFact: (fact: SagaFact) => void): DurableRun {
    let isFirst = true;
    const run: DurableRun['run'] = async <T>(...[name, action, patience]: Parameters<typeof durable.run<T>>) => {
      if (!isFirst) return durable.run(name, action, patience);
      isFirst = false;
      this.early.forEach(onFact);
      this.tellTry = onFact;
      // The story is the same, and so is what it asks first.
      if (answer !== undefined) return answer as T;
      return durable.run(name, () => this.takeAsked<T>() ?? action(), patience);
    };
    return {
      ...{ run, patienceFactor: durable.patienceFactor },
      decision: (stuck, waitMs) => durable.decision(stuck, waitMs),
      overtaken: () => durable.overtaken(),
    };
  }

  private takeAsked<T>(): Promise<T> | undefined {
    const { asked } = this;
    this.asked = undefined;
    return asked as Promise<T> | undefined;
  }
}

/** Tells a story up to the first thing that it asks, and gives that back, unasked; undefined when it is no check. */
function firstCheckOf<P, Request, Result>(
  saga: Saga<P, Request, Result>,
  telling: Omit<Telling<P, Request>, 'durable' | 'onFact'>,
  { patienceFactor, onTry }: { readonly patienceFactor: number; readonly onTry: (fact: SagaFact) => void },
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
  const durable = { run, patienceFactor, decision: endless, overtaken: endless };
  // What is wrong with a story is said when it is told in earnest.
  tell(saga, { ...telling, durable, onFact }).catch(() => undefined);
  return first;
}
