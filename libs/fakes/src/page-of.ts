import { ContractViolation } from '@bff/contracts';

/** One page of a sorted list, with the cursor of the next. */
export interface PageOf<T> {
  readonly items: T[];
  readonly totalCount: number;
  readonly nextCursor: string | null;
}

/** Cuts a page out of a sorted list. Throws ContractViolation for a cursor that no page gave out. */
export function pageOf<T extends { readonly id: string }>(
  all: readonly T[],
  first: number,
  after: string | undefined,
): PageOf<T> {
  const start = after === undefined ? 0 : all.findIndex(({ id }) => id === idOf(after)) + 1;
  if (after !== undefined && start === 0) throw noCursor();
  const items = all.slice(start, start + first);
  const last = items.at(-1);
  const nextCursor = start + first < all.length && last ? cursorOf(last.id) : null;
  return { items, totalCount: all.length, nextCursor };
}

function cursorOf(id: string): string {
  return Buffer.from(JSON.stringify([id])).toString('base64url');
}

function idOf(cursor: string): unknown {
  try {
    const keys: unknown = JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8'));
    return Array.isArray(keys) ? keys[0] : undefined;
  } catch {
    throw noCursor();
  }
}

function noCursor(): ContractViolation {
  return new ContractViolation('query.after is not a cursor that a page of this list gave out');
}
