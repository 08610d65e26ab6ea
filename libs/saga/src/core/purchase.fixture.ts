import { Rejection } from '@bff/kernel';
import { Cancelled, RetriesExhausted } from './durable-context.js';
import type { DurableContext } from './durable-context.js';
import type { Decision, SagaFact } from './fact.js';
import { saga } from './saga.js';
import { check, compensatable, pivot, retriable } from './step.js';
import type { StepCall } from './step.js';
import { executeSaga } from './execute-saga.js';

const RETRY_FOR = { seconds: 7 };
export const head = { version: 3, deadline: { seconds: 60 }, subject: () => 'ada' };

/** The state of a test. */
class PurchaseWorld {
  /** The calls of the participants, in order: verb and idempotency key. */
  asked: string[] = [];
  /** How the next calls of a verb fail. */
  readonly failures = new Map<string, (() => Promise<never>)[]>();
  /** The decisions of operators, one after the other; when there is none, none is made. */
  decisions: (Decision | undefined)[] = [];
  /** The decision that an operator makes while the step succeeds by itself. */
  late: Decision | undefined;
  facts: SagaFact[] = [];

  reset(): void {
    this.asked = [];
    this.failures.clear();
    this.decisions = [];
    this.late = undefined;
    this.facts = [];
  }
}

export const world = new PurchaseWorld();

export interface World {
  ask(verb: string): Promise<string>;
}

const createParticipants = ({ idempotencyKey }: StepCall): World => ({
  ask: (verb) => {
    world.asked.push(`${verb} [${idempotencyKey}]`);
    const next = world.failures.get(verb)?.shift();
    return next ? next() : Promise.resolve(`${verb} done`);
  },
});

export const step = (name: string) => ({
  name,
  retryFor: RETRY_FOR,
  do: ({ ask }: World, input: string) => ask(`${name} ${input}`),
  undo: ({ ask }: World, input: string, why: { code: string }) => ask(`undo ${name} ${input} (${why.code})`),
});
const { undo: _, ...look } = step('look');
const { undo: __, retryFor: ___, ...settle } = step('settle');
const { undo: ____, retryFor: _____, ...send } = step('send');
export { look, send, settle };

export const purchase = saga<World, string, string>({ ...head, name: 'Purchase' }, async (run, request) => {
  await run(check(look), request);
  await run(compensatable(step('hold')), request);
  await run(compensatable(step('pay')), request);
  await run(pivot(settle), request);
  await run(retriable(send), request);
  return `bought ${request}`;
});

/** The journal of an engine in memory. */
export interface Memory {
  readonly entries: { readonly name: string; readonly value?: unknown; readonly retriesExhausted?: string }[];
}

export class Died extends Error {}

/** An engine in memory: journals each result, in order, and gives up after three attempts. */
export function engine(memory: Memory = { entries: [] }): DurableContext {
  let position = 0;
  return {
    retryTimeoutFactor: 1,
    async run<T>(name: string, action: () => Promise<T>): Promise<T> {
      const known = memory.entries[position++];
      if (known && known.name !== name) throw new Error(`replayed differently: ${known.name} was ${name}`);
      if (known?.retriesExhausted !== undefined) throw new RetriesExhausted(known.retriesExhausted);
      if (known) return known.value as T;
      for (let tries = 1; ; tries++) {
        try {
          const value = await action();
          memory.entries.push({ name, value });
          return value;
        } catch (error) {
          if (error instanceof Cancelled) position--;
          if (error instanceof Cancelled || error instanceof Died) throw error;
          if (tries < 3) continue;
          memory.entries.push({ name, retriesExhausted: String(error) });
          throw new RetriesExhausted(String(error));
        }
      }
    },
    waitForDecision(): Promise<Decision | undefined> {
      const known = memory.entries[position++];
      const value = known ? known.value : world.decisions.shift();
      if (!known) memory.entries.push({ name: 'decision', value });
      return Promise.resolve(value as Decision | undefined);
    },
    closePendingDecision: () => Promise.resolve(world.late),
  };
}

export const reject = (code: string) => () => Promise.reject(new Rejection(code, `${code}!`, { left: 2 }));
export const fail = () => Promise.reject(new Error('connection reset'));
export const execution = (context: DurableContext, beganAt = Date.now()) => ({
  sagaId: 's-1',
  request: 'tea',
  beganAt,
  context,
  createParticipants,
  onFact: (fact: SagaFact) => {
    world.facts.push(fact);
  },
});
export const buy = (context = engine()) => executeSaga(purchase, execution(context));
export const verbs = () => world.asked.map((line) => line.replace(/ \[.*/, ''));
