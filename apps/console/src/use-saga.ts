import { useEffect, useState } from 'react';
import type { Api, ApiError } from './api.js';
import type { SagaDetails, SagaName } from './saga.js';
import { toApiError } from './use-polled.js';

/** A saga: `details` is null when it does not exist (yet), and undefined until the first response. */
export interface LiveSaga {
  readonly details: SagaDetails | null | undefined;
  readonly error: ApiError | undefined;
}

/** Events come in bursts: the saga is loaded once for each burst, this long after its first event. */
const DEBOUNCE_MS = 40;
const RETRY_MS = 1_000;

/** A saga that is kept up to date: it subscribes to its events, and loads the saga again after each. */
export function useSaga(api: Api, saga: SagaName, orderId: string): LiveSaga {
  const [live, setLive] = useState<LiveSaga>({ details: undefined, error: undefined });
  useEffect(() => {
    const over = new AbortController();
    let timer: ReturnType<typeof setTimeout> | undefined;
    let stop: (() => void) | undefined;
    const schedule = (ms: number): void => {
      timer ??= setTimeout(() => {
        timer = undefined;
        void load();
      }, ms);
    };
    const load = async (): Promise<void> => {
      try {
        const details = await api.findDetails(saga, orderId, over.signal);
        if (over.signal.aborted) return;
        setLive({ details, error: undefined });
        if (details?.saga.endedAt) return stop?.();
        const last = details?.timeline.events.at(-1)?.id ?? null;
        stop ??= api.follow(saga, orderId, last, () => schedule(DEBOUNCE_MS));
        if (!details) schedule(RETRY_MS);
      } catch (error) {
        if (over.signal.aborted) return;
        setLive(({ details }) => ({ details, error: toApiError(error) }));
        schedule(RETRY_MS);
      }
    };
    void load();
    return () => {
      over.abort();
      clearTimeout(timer);
      stop?.();
    };
  }, [api, saga, orderId]);
  return live;
}
