import { isPromise } from '@bff/kernel';

/** True for an object whose properties can be read now: neither an Error nor a promise. */
export function isResolvedObject(value: unknown): boolean {
  if (typeof value !== 'object' || value === null || value instanceof Error) return false;
  try {
    return !isPromise(value);
  } catch {
    // Its `then` is a getter that throws.
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
