/** True for what an object of the answer can be made of at once. */
export function isThere(value: unknown): boolean {
  if (typeof value !== 'object' || value === null || value instanceof Error) return false;
  try {
    return !isPromise(value);
  } catch {
    return false;
  }
}

export function isObjectLike(value: unknown): boolean {
  return typeof value === 'object' || typeof value === 'function';
}

export function isIterable(value: unknown): value is Iterable<unknown> {
  return (
    typeof value === 'object' && typeof (value as Partial<Iterable<unknown>> | null)?.[Symbol.iterator] === 'function'
  );
}

export function isPromise(value: unknown): value is PromiseLike<unknown> {
  return typeof (value as { readonly then?: unknown } | null | undefined)?.then === 'function';
}
