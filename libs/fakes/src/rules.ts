import type { ServiceName } from '@bff/contracts';
import type { AnyRequest, Call } from './call.js';
import { formatFault } from './fault.js';
import type { Fault } from './fault.js';

/** An answer as a stub gives it. */
export interface Reply {
  readonly status: number;
  readonly body: unknown;
}

/** Which requests a rule is about. A part that is an object must be contained in that part of the request. */
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

/** What happens to the requests that a rule is about: a stub answers, or faults come one after the other and the last one stays. */
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

  /** Takes the rules away that are about this operation, or about this service as a whole; all of them when none is named. */
  clear(service?: ServiceName, operation?: string): void {
    const isKept = ({ match }: Rule) =>
      service !== undefined && (match.service !== service || match.operation !== operation);
    this.rules = this.rules.filter(isKept);
  }

  /** Takes the rules away that are about this step of a saga; those of one direction alone when it is named. */
  clearStep(step: string, direction?: 'do' | 'undo'): void {
    const isKept = ({ match }: Rule) =>
      match.step !== step ||
      (direction !== undefined && match.direction !== undefined && match.direction !== direction);
    this.rules = this.rules.filter(isKept);
  }

  /** What happens to this request; undefined when the fake answers it. */
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
      // It is the newest rule that fits: an older one has no say any more, not even when nothing happens to the request.
      return fault === 'ok' ? undefined : { fault };
    }
    return undefined;
  }

  /** What was set up and never happened: a test of it tests nothing. */
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

/** True when everything that the pattern says is so; lists must be equal in length. */
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
