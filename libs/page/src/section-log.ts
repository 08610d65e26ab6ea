import { setImmediate as nextTurn } from 'node:timers/promises';
import { stalenessOf } from '@bff/downstreams';
import { DownstreamError } from '@bff/resilience';
import { GraphQLError } from 'graphql';
import { isErrorCode } from './error-code.js';
import type { ErrorCode } from './error-code.js';
import type { PageSection } from './page-section.model.js';

/** Where a field stands in an answer; the part of GraphQL's own path that is needed here. */
export interface FieldPath {
  readonly prev: FieldPath | undefined;
  readonly key: string | number;
}

type State = PageSection['state'];

/** The later one wins where a section has several parts, for example the products of many lines. */
const RANK: readonly State[] = ['ABSENT', 'FRESH', 'STALE', 'FORBIDDEN', 'DEGRADED'];

/** The sections of every page of one request, and how each fared. */
export class SectionLog {
  /** By page, then by section. */
  private readonly pages = new Map<string | number, Map<string, PageSection>>();
  private readonly pending = new Set<Promise<unknown>>();
  private watched = 0;

  /** Watches what a section's resolver comes to, and hands it on as it is. */
  watch<T>(path: FieldPath, resolve: () => T): T {
    this.watched += 1;
    let value: T;
    try {
      value = resolve();
    } catch (error) {
      this.note(path, failed(error));
      throw error;
    }
    if (!(value instanceof Promise)) {
      this.note(path, there(value));
      return value;
    }
    const noted = value.then(
      (result) => this.note(path, there(result)),
      (error: unknown) => this.note(path, failed(error)),
    );
    this.pending.add(noted);
    void noted.finally(() => this.pending.delete(noted));
    return value;
  }

  /** How the sections of a page fared, by name, once all that were asked for have come to an end. */
  async of(page: string | number): Promise<PageSection[]> {
    // What a section comes to may hold sections of its own: they begin before the next turn.
    for (let seen = -1; this.pending.size > 0 || seen !== this.watched; await nextTurn()) {
      seen = this.watched;
      await Promise.all(this.pending);
    }
    const sections = [...(this.pages.get(page)?.values() ?? [])];
    return sections.sort((a, b) => (a.name < b.name ? -1 : 1));
  }

  private note(path: FieldPath, how: Omit<PageSection, 'name'>): void {
    const { page, name } = placeOf(path);
    const sections = this.pages.get(page) ?? new Map<string, PageSection>();
    this.pages.set(page, sections);
    const known = sections.get(name);
    if (!known || RANK.indexOf(how.state) > RANK.indexOf(known.state)) sections.set(name, { name, ...how });
  }
}

/** The page is the first name of a path; the section is the rest, without the places in lists. */
function placeOf(path: FieldPath): { readonly page: string | number; readonly name: string } {
  const names: string[] = [];
  let at: FieldPath = path;
  for (; at.prev; at = at.prev) if (typeof at.key === 'string') names.unshift(at.key);
  return { page: at.key, name: names.join('.') };
}

const NOTHING_WRONG = { reason: null, downstream: null, ageMs: null, retryAfterMs: null };

function there(value: unknown): Omit<PageSection, 'name'> {
  const stale = stalenessOf(value);
  if (stale) return { ...failed(stale.cause), state: 'STALE', ageMs: Math.ceil(stale.ageMs) };
  return { state: value === null || value === undefined ? 'ABSENT' : 'FRESH', ...NOTHING_WRONG };
}

function failed(error: unknown): Omit<PageSection, 'name'> {
  if (error instanceof DownstreamError) {
    const { code, downstream, retryAfterMs } = error;
    return { state: 'DEGRADED', reason: code, downstream, ageMs: null, retryAfterMs: rounded(retryAfterMs) };
  }
  const reason = codeOf(error);
  return {
    state: reason === 'UNAUTHENTICATED' || reason === 'FORBIDDEN' ? 'FORBIDDEN' : 'DEGRADED',
    ...NOTHING_WRONG,
    reason,
  };
}

function codeOf(error: unknown): ErrorCode {
  const code = error instanceof GraphQLError ? error.extensions['code'] : undefined;
  return isErrorCode(code) ? code : 'INTERNAL';
}

function rounded(ms: number | undefined): number | null {
  return ms === undefined ? null : Math.ceil(ms);
}
