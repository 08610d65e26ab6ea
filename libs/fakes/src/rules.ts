import type { ServiceName } from '@bff/contracts';
import type { AnyRequest, Call } from './call.js';
import { formatFault } from './fault.js';
import type { Fault } from './fault.js';

/** The answer of a stub. */
export interface Reply {
  readonly status: number;
  readonly body: unknown;
}

/** The requests that a rule matches. An object must be contained in the same part of the request. */
export interface RuleMatch {
  readonly service?: ServiceName;
  readonly operation?: string;
  readonly step?: string;
  readonly direction?: 'do' | 'undo';
  readonly path?: object;
  readonly query?: object;
  readonly body?: object;
  readonly where?: (request: AnyRequest) => boolean;
}

/** The effect of a rule: a stub answers, or faults are applied one after the other, and the last one stays. */
export type RuleEffect =
  { readonly reply: (request: AnyRequest) => Reply } | { readonly faults: readonly [Fault, ...Fault[]] };

interface Rule {
  readonly match: RuleMatch;
  readonly once: boolean;
  readonly effect: RuleEffect;
  used: number;
}

/** Stubs and faults of a scope, which override its fakes: the newest rule that matches a request wins. */
export class Rules {
  private rules: Rule[] = [];

  add(match: RuleMatch, effect: RuleEffect, once: boolean): void {
    this.rules.unshift({ match, effect, once, used: 0 });
  }

  /** Removes the rules of an operation, or those of a service as a whole; all rules when no service is named. */
  clear(service?: ServiceName, operation?: string): void {
    const isKept = ({ match }: Rule) =>
      service !== undefined && (match.service !== service || match.operation !== operation);
    this.rules = this.rules.filter(isKept);
  }

  /** Removes the rules of a step of a saga; only those of one direction when it is named. */
  clearStep(step: string, direction?: 'do' | 'undo'): void {
    const isKept = ({ match }: Rule) =>
      match.step !== step ||
      (direction !== undefined && match.direction !== undefined && match.direction !== direction);
    this.rules = this.rules.filter(isKept);
  }

  /** The effect on this request; undefined when the fake answers it. */
  pick(
    call: Call,
    request: AnyRequest,
  ): { readonly reply: (request: AnyRequest) => Reply } | { readonly fault: Fault } | undefined {
    for (const rule of this.rules) {
      if ((rule.once && rule.used > 0) || !matches(rule.match, call, request)) continue;
      const { effect } = rule;
      const nth = rule.used++;
      if ('reply' in effect) return effect;
      const fault = effect.faults[Math.min(nth, effect.faults.length - 1)] ?? effect.faults[0];
      // The newest matching rule wins, even when it is `ok`: older rules are not applied.
      return fault === 'ok' ? undefined : { fault };
    }
    return undefined;
  }

  /** Rules that no request matched: a test that relies on them tests nothing. */
  findUnused(): string[] {
    return this.rules
      .filter(({ used }) => used === 0)
      .map(
        ({ match, effect }) =>
          `${describeEffect(effect)} of ${describeMatch(match)} was set up, and no request met it.`,
      );
  }
}

function matches(match: RuleMatch, call: Call, request: AnyRequest): boolean {
  return (
    (match.service === undefined || match.service === call.service) &&
    (match.operation === undefined || match.operation === call.operation) &&
    (match.step === undefined || match.step === call.step) &&
    (match.direction === undefined || match.direction === call.direction) &&
    contains(request.path, match.path) &&
    contains(request.query, match.query) &&
    contains(request.body, match.body) &&
    (match.where === undefined || match.where(request))
  );
}

/** True when the value has everything in the pattern; lists must be equal in length. */
function contains(value: unknown, pattern: unknown): boolean {
  if (pattern === undefined) return true;
  if (typeof pattern !== 'object' || pattern === null || typeof value !== 'object' || value === null)
    return Object.is(value, pattern);
  if (Array.isArray(pattern) && (!Array.isArray(value) || value.length !== pattern.length)) return false;
  return Object.entries(pattern).every(([key, part]) => contains((value as Record<string, unknown>)[key], part));
}

function describeEffect(effect: RuleEffect): string {
  return 'reply' in effect ? 'A stub' : `The fault ${effect.faults.map(formatFault).join(', ')}`;
}

function describeMatch({ service, operation, step, direction }: RuleMatch): string {
  if (step !== undefined) return `${direction === 'undo' ? 'the undo of ' : ''}the step "${step}"`;
  return `${service ?? 'any service'}.${operation ?? 'any operation'}`;
}
