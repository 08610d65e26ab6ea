import { useEffect, useState } from 'react';
import type { Api, ApiError } from './api.js';
import type { SagaDetails, SagaName } from './saga.js';
import { toApiError } from './use-polled.js';

/** A saga as it is known now: null when there is none (yet), undefined until the first answer. */
export interface Live {
  readonly details: SagaDetails | null | undefined;
  readonly error: ApiError | undefined;
}

/** Events come in bursts: what is new is asked for once, so many milliseconds after the first of them. */
const GATHER_MS = 40;
const AGAIN_MS = 1_000;

/** A saga, kept up to date: its events are followed, and each leads to a look at the whole. */
export function useSaga(api: Api, saga: SagaName, orderId: string): Live {
  const [live, setLive] = useState<Live>({ details: undefined, error: undefined });
  useEffect(() => {
    const over = new AbortController();
    let timer: ReturnType<typeof setTimeout> | undefined;
    let stop: (() => void) | undefined;
    const soon = (ms: number): void => {
      timer ??= setTimeout(() => {
        timer = undefined;
        void look();
      }, ms);
    };
    const look = async (): Promise<void> => {
      try {
        const details = await api.details(saga, orderId, over.signal);
        if (over.signal.aborted) return;
        setLive({ details, error: undefined });
        if (details?.saga.endedAt) return stop?.();
        const last = details?.timeline.events.at(-1)?.id ?? null;
        stop ??= api.follow(saga, orderId, last, () => soon(GATHER_MS));
        if (!details) soon(AGAIN_MS);
      } catch (error) {
        if (over.signal.aborted) return;
        setLive(({ details }) => ({ details, error: toApiError(error) }));
        soon(AGAIN_MS);
      }
    };
    void look();
    return () => {
      over.abort();
      clearTimeout(timer);
      stop?.();
    };
  }, [api, saga, orderId]);
  return live;
}
