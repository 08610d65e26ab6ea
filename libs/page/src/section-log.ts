import { setImmediate as nextTurn } from 'node:timers/promises';
import { findStaleness } from '@bff/downstreams';
import { DownstreamError } from '@bff/resilience';
import { GraphQLError, visit } from 'graphql';
import type { FieldNode, GraphQLResolveInfo, OperationDefinitionNode } from 'graphql';
import { isErrorCode } from './error-code.js';
import type { ErrorCode } from './error-code.js';
import type { PageSection } from './page-section.model.js';

type State = PageSection['state'];

/** In order of precedence: of a section with several parts, such as the products of many lines, the last state counts. */
const PRECEDENCE: readonly State[] = ['ABSENT', 'FRESH', 'STALE', 'FORBIDDEN', 'DEGRADED'];

/** The field of a page with the state of its sections. */
const SECTIONS = 'sections';

/** A section whose resolver has been called, with its result or the promise of it. */
interface WatchedSection {
  readonly field: Pick<GraphQLResolveInfo, 'path'>;
  readonly outcome: unknown;
}

/**
 * The sections of the pages of one request. Watching them costs next to nothing: their results are inspected only when the field
 * `sections` is resolved.
 */
export class SectionLog {
  private readonly watched: WatchedSection[] = [];
  private requested: boolean | undefined;

  /** False when the operation does not select `sections`: then no section needs to be watched. */
  isRequested(info: GraphQLResolveInfo): boolean {
    return (this.requested ??= selectsSections(info));
  }

  /** Records the result of a section's resolver, and returns or throws it unchanged. */
  watch<T>(field: Pick<GraphQLResolveInfo, 'path'>, resolve: () => T): T {
    let outcome: T;
    try {
      outcome = resolve();
    } catch (error) {
      const thrown = new Thrown(error);
      this.watched.push({ field, outcome: thrown });
      throw error;
    }
    this.watched.push({ field, outcome });
    return outcome;
  }

  /** The state of each requested section of a page, sorted by name, once all of them are resolved. */
  async summarize(page: string | number): Promise<PageSection[]> {
    // A section may contain other sections: their resolvers are called before the next turn of the event loop.
    for (let seen = -1; seen !== this.watched.length; await nextTurn()) {
      seen = this.watched.length;
      await Promise.allSettled(this.watched.map(({ outcome }) => outcome));
    }
    const sections = new Map<string, PageSection>();
    for (const { field, outcome } of this.watched) {
      const place = parsePlace(field.path);
      if (place.page !== page) continue;
      const { name } = place;
      const state = await Promise.resolve(outcome).then(toLoaded, toFailed);
      const other = sections.get(name);
      if (!other || PRECEDENCE.indexOf(state.state) > PRECEDENCE.indexOf(other.state))
        sections.set(name, { name, ...state });
    }
    return [...sections.values()].sort((a, b) => (a.name < b.name ? -1 : 1));
  }
}

/** The result for each operation, so that it is searched once. */
const cache = new WeakMap<OperationDefinitionNode, boolean>();

function selectsSections({ operation, fragments }: GraphQLResolveInfo): boolean {
  const cached = cache.get(operation);
  if (cached !== undefined) return cached;
  let selected = false;
  const Field = ({ name }: FieldNode): void => {
    selected ||= name.value === SECTIONS;
  };
  for (const part of [operation, ...Object.values(fragments)]) visit(part, { Field });
  cache.set(operation, selected);
  return selected;
}

/** The error of a resolver that threw. */
class Thrown {
  constructor(readonly error: unknown) {}
}

/** The page is the first name of a path; the section is the rest, without list indices. */
function parsePlace(path: GraphQLResolveInfo['path']): { readonly page: string | number; readonly name: string } {
  const names: string[] = [];
  let at = path;
  for (; at.prev; at = at.prev) if (typeof at.key === 'string') names.unshift(at.key);
  return { page: at.key, name: names.join('.') };
}

const NO_FAILURE = { reason: null, downstream: null, ageMs: null, retryAfterMs: null };

function toLoaded(value: unknown): Omit<PageSection, 'name'> {
  if (value instanceof Thrown) return toFailed(value.error);
  const stale = findStaleness(value);
  if (stale) return { ...toFailed(stale.cause), state: 'STALE', ageMs: Math.ceil(stale.ageMs) };
  return { state: value === null || value === undefined ? 'ABSENT' : 'FRESH', ...NO_FAILURE };
}

function toFailed(error: unknown): Omit<PageSection, 'name'> {
  if (error instanceof DownstreamError) {
    const { code, downstream, retryAfterMs } = error;
    return { state: 'DEGRADED', reason: code, downstream, ageMs: null, retryAfterMs: roundUp(retryAfterMs) };
  }
  const reason = findErrorCode(error);
  return {
    state: reason === 'UNAUTHENTICATED' || reason === 'FORBIDDEN' ? 'FORBIDDEN' : 'DEGRADED',
    ...NO_FAILURE,
    reason,
  };
}

function findErrorCode(error: unknown): ErrorCode {
  const code = error instanceof GraphQLError ? error.extensions['code'] : undefined;
  return isErrorCode(code) ? code : 'INTERNAL';
}

function roundUp(ms: number | undefined): number | null {
  return ms === undefined ? null : Math.ceil(ms);
}
