import { useEffect, useState } from 'react';
import { SAGA_NAMES } from './saga.js';
import type { SagaName } from './saga.js';

/** Where in the console one is: the list, or one saga. It stands in the address, so that it can be sent to a colleague. */
export type Place = { readonly saga: SagaName; readonly orderId: string } | null;

export function formatLink(saga: SagaName, orderId: string): string {
  return `#/${saga}/${encodeURIComponent(orderId)}`;
}

function parsePlace(hash: string): Place {
  const [, name, orderId] = /^#\/([A-Za-z]+)\/(.+)$/.exec(hash) ?? [];
  const saga = SAGA_NAMES.find((one) => one === name);
  return saga && orderId !== undefined ? { saga, orderId: decodeURIComponent(orderId) } : null;
}

export function usePlace(): Place {
  const [hash, setHash] = useState(location.hash);
  useEffect(() => {
    const moved = (): void => setHash(location.hash);
    addEventListener('hashchange', moved);
    return () => removeEventListener('hashchange', moved);
  }, []);
  return parsePlace(hash);
}
