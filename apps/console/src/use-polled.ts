import { useEffect, useState } from 'react';
import { ApiError } from './api.js';

/** The last value, and the error of the last poll if it failed. */
export interface Polled<T> {
  readonly value: T | undefined;
  readonly error: ApiError | undefined;
}

/**
 * Calls `ask` immediately, whenever it changes, and again `everyMs` after each response. The value stays until there is a newer one.
 * Pass the same function for as long as it asks for the same.
 */
export function usePolled<T>(ask: (signal: AbortSignal) => Promise<T>, everyMs: number): Polled<T> {
  const [polled, setPolled] = useState<Polled<T>>({ value: undefined, error: undefined });
  useEffect(() => {
    const over = new AbortController();
    let timer: ReturnType<typeof setTimeout> | undefined;
    const poll = async (): Promise<void> => {
      try {
        const value = await ask(over.signal);
        if (!over.signal.aborted) setPolled({ value, error: undefined });
      } catch (error) {
        if (over.signal.aborted) return;
        setPolled(({ value }) => ({ value, error: toApiError(error) }));
      }
      if (!over.signal.aborted) timer = setTimeout(() => void poll(), everyMs);
    };
    void poll();
    return () => {
      over.abort();
      clearTimeout(timer);
    };
  }, [ask, everyMs]);
  return polled;
}

export function toApiError(error: unknown): ApiError {
  return error instanceof ApiError ? error : new ApiError('UNREACHABLE', String(error));
}
