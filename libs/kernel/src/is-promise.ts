/** A value that may be available already: awaiting it all the same would cost every request a turn of the event loop. */
export type MaybePromise<T> = T | Promise<T>;

/** True for anything with a `then` function: the rule of `await` and of graphql-js. */
export function isPromise<T>(value: T | PromiseLike<T>): value is PromiseLike<T> {
  return typeof (value as { readonly then?: unknown } | null | undefined)?.then === 'function';
}
