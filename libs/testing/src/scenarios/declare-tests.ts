import { it } from '@jest/globals';
import { formatFault } from '@bff/fakes';

/** How jest runs one test: one after the other, or side by side with its neighbours. */
type Run = (name: string, test: () => Promise<void>, timeoutMs?: number) => void;

type Body<T> = (t: T) => Promise<void> | void;

/** Declares tests that run in a scope of their own. */
export interface Play<T> {
  (name: string, body: Body<T>, timeoutMs?: number): void;
  /** The same test for each of a list of cases. `$name` in the title stands for that part of the case. */
  each<Case extends object>(
    cases: readonly Case[],
  ): (name: string, body: (t: T, one: Case) => Promise<void> | void, timeoutMs?: number) => void;
}

/** The same, and side by side with its neighbours: scopes share nothing, so tests need not wait for each other. */
export interface ConcurrentPlay<T> extends Play<T> {
  readonly concurrent: Play<T>;
}

/**
 * Makes what declares tests, from what plays one. With SIDE_BY_SIDE=1 in the environment all tests of a file run at once:
 * a suite that fails then has tests that share something.
 */
export function declareTests<T>(playOne: (name: string, body: Body<T>) => Promise<void>): ConcurrentPlay<T> {
  const declareOne = (name: string, test: () => Promise<void>, timeoutMs?: number) => it(name, test, timeoutMs);
  const declareConcurrent = (name: string, test: () => Promise<void>, timeoutMs?: number) =>
    it.concurrent(name, test, timeoutMs);
  const usual = process.env['SIDE_BY_SIDE'] === '1' ? declareConcurrent : declareOne;
  return Object.assign(declare(usual, playOne), { concurrent: declare(declareConcurrent, playOne) });
}

function declare<T>(run: Run, playOne: (name: string, body: Body<T>) => Promise<void>): Play<T> {
  const declareOne = (name: string, body: Body<T>, timeoutMs?: number) =>
    run(name, () => playOne(name, body), timeoutMs);
  const each: Play<T>['each'] = (cases) => (name, body, timeoutMs) => {
    if (cases.length === 0) throw new Error(`"${name}" has no case: a table without one tests nothing`);
    for (const one of cases) declareOne(formatTitle(name, one), (t) => body(t, one), timeoutMs);
  };
  return Object.assign(declareOne, { each });
}

function formatTitle(name: string, one: object): string {
  return name.replaceAll(/\$(\w+)/g, (_, key: string) => formatPart((one as Record<string, unknown>)[key]));
}

function formatPart(value: unknown): string {
  if (typeof value === 'object' && value !== null && ('latency' in value || 'status' in value))
    // Only a fault has one of these.
    return formatFault(value as Parameters<typeof formatFault>[0]);
  return typeof value === 'string' ? value : JSON.stringify(value);
}
