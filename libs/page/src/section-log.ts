import { setImmediate as nextTurn } from 'node:timers/promises';
import { stalenessOf } from '@bff/downstreams';
import { DownstreamError } from '@bff/resilience';
import { GraphQLError, visit } from 'graphql';
import type { FieldNode, GraphQLResolveInfo, OperationDefinitionNode } from 'graphql';
import { isErrorCode } from './error-code.js';
import type { ErrorCode } from './error-code.js';
import type { PageSection } from './page-section.model.js';

type State = PageSection['state'];

/** The later one wins where a section has several parts, for example the products of many lines. */
const RANK: readonly State[] = ['ABSENT', 'FRESH', 'STALE', 'FORBIDDEN', 'DEGRADED'];

/** The field of a page that tells how its sections fared. */
const SECTIONS = 'sections';

/** What a section's resolver came to, or will come to. */
interface Watched {
  readonly field: Pick<GraphQLResolveInfo, 'path'>;
  readonly outcome: unknown;
}

/**
 * The sections of every page of one request, and how each fared. Watching costs next to nothing: what came of it is looked at
 * when somebody asks.
 */
export class SectionLog {
  private readonly watched: Watched[] = [];
  private requested: boolean | undefined;

  /** False when nobody wants to know how sections fare: then none need be watched. */
  isRequested(info: GraphQLResolveInfo): boolean {
    return (this.requested ??= selectsSections(info));
  }

  /** Watches what a section's resolver comes to, and hands it on as it is. */
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

  /** How the sections of a page fared, by name, once all that were asked for have come to an end. */
  async summarize(page: string | number): Promise<PageSection[]> {
    // What a section comes to may hold sections of its own: they begin before the next turn.
    for (let seen = -1; seen !== this.watched.length; await nextTurn()) {
      seen = this.watched.length;
      await Promise.allSettled(this.watched.map(({ outcome }) => outcome));
    }
    const sections = new Map<string, PageSection>();
    for (const { field, outcome } of this.watched) {
      const place = parsePlace(field.path);
      if (place.page !== page) continue;
      const { name } = place;
      const how = await Promise.resolve(outcome).then(toLoaded, toFailed);
      const known = sections.get(name);
      if (!known || RANK.indexOf(how.state) > RANK.indexOf(known.state)) sections.set(name, { name, ...how });
    }
    return [...sections.values()].sort((a, b) => (a.name < b.name ? -1 : 1));
  }
}

/** Of every operation, so that it is looked through once. */
const asking = new WeakMap<OperationDefinitionNode, boolean>();

function selectsSections({ operation, fragments }: GraphQLResolveInfo): boolean {
  const known = asking.get(operation);
  if (known !== undefined) return known;
  let asks = false;
  const Field = ({ name }: FieldNode): void => {
    asks ||= name.value === SECTIONS;
  };
  for (const part of [operation, ...Object.values(fragments)]) visit(part, { Field });
  asking.set(operation, asks);
  return asks;
}

/** What a resolver threw instead of giving something. */
class Thrown {
  constructor(readonly error: unknown) {}
}

/** The page is the first name of a path; the section is the rest, without the places in lists. */
function parsePlace(path: GraphQLResolveInfo['path']): { readonly page: string | number; readonly name: string } {
  const names: string[] = [];
  let at = path;
  for (; at.prev; at = at.prev) if (typeof at.key === 'string') names.unshift(at.key);
  return { page: at.key, name: names.join('.') };
}

const NOTHING_WRONG = { reason: null, downstream: null, ageMs: null, retryAfterMs: null };

function toLoaded(value: unknown): Omit<PageSection, 'name'> {
  if (value instanceof Thrown) return toFailed(value.error);
  const stale = stalenessOf(value);
  if (stale) return { ...toFailed(stale.cause), state: 'STALE', ageMs: Math.ceil(stale.ageMs) };
  return { state: value === null || value === undefined ? 'ABSENT' : 'FRESH', ...NOTHING_WRONG };
}

function toFailed(error: unknown): Omit<PageSection, 'name'> {
  if (error instanceof DownstreamError) {
    const { code, downstream, retryAfterMs } = error;
    return { state: 'DEGRADED', reason: code, downstream, ageMs: null, retryAfterMs: roundUp(retryAfterMs) };
  }
  const reason = findErrorCode(error);
  return {
    state: reason === 'UNAUTHENTICATED' || reason === 'FORBIDDEN' ? 'FORBIDDEN' : 'DEGRADED',
    ...NOTHING_WRONG,
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
