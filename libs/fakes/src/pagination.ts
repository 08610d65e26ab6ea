import { ContractViolation } from '@bff/contracts';
import { explainUnstorable } from '@bff/kernel';

/** The sort key of an item: the first criterion, and then its id. */
export type Place = readonly [first: string, id: string];

/** How a list is sorted. */
export interface Sorting<T> {
  readonly getPlace: (item: T) => Place;
  /** Below 0 when the first place comes before the second. */
  readonly compare: (a: Place, b: Place) => number;
  /** False for a place that no item can have. */
  readonly isPlace: (place: Place) => boolean;
}

/** One page of a sorted list, with the cursor of the next. */
export interface PageOf<T> {
  readonly items: T[];
  readonly totalCount: number;
  readonly nextCursor: string | null;
}

/**
 * Creates a page of a list. A cursor is a place, as in the services: the page continues from there even when the item was deleted,
 * or was never in this list. Throws ContractViolation for a cursor that no page returned.
 */
export function createPage<T>(
  all: readonly T[],
  sorting: Sorting<T>,
  { first, after }: { readonly first: number; readonly after: string | undefined },
): PageOf<T> {
  const { getPlace, compare } = sorting;
  const place = after === undefined ? undefined : readCursor(after, sorting);
  const rest = place ? all.filter((item) => compare(getPlace(item), place) > 0) : all;
  const items = sortItems(rest, sorting).slice(0, first);
  const last = items.at(-1);
  const nextCursor = rest.length > first && last ? toCursor(getPlace(last)) : null;
  return { items, totalCount: all.length, nextCursor };
}

/** Sorts a list. */
export function sortItems<T>(all: readonly T[], { getPlace, compare }: Sorting<T>): T[] {
  return all.toSorted((a, b) => compare(getPlace(a), getPlace(b)));
}

/** Compares two places by code points, as the services' databases sort. */
export function comparePlaces([a, idA]: Place, [b, idB]: Place): number {
  return compareText(a, b) || compareText(idA, idB);
}

/** Below 0 when the first text comes before the second, by code points: code units put some of them in another order. */
export function compareText(a: string, b: string): number {
  return Buffer.compare(Buffer.from(a), Buffer.from(b));
}

function toCursor(place: Place): string {
  return Buffer.from(JSON.stringify(place)).toString('base64url');
}

function readCursor(cursor: string, { isPlace }: Pick<Sorting<unknown>, 'isPlace'>): Place {
  try {
    const place: unknown = JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8'));
    if (isTwoTexts(place) && isPlace(place)) return place;
  } catch {
    // Not JSON: rejected below.
  }
  throw new ContractViolation('query.after is not a cursor that a page of this list gave out');
}

function isTwoTexts(value: unknown): value is Place {
  const isText = (part: unknown) => typeof part === 'string' && explainUnstorable(part, 'key') === undefined;
  return Array.isArray(value) && value.length === 2 && value.every(isText);
}
