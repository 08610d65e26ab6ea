import { useEffect, useState } from 'react';
import { SAGA_NAMES } from './saga.js';
import type { SagaName } from './saga.js';

/** What the console shows: the list (null), or one saga. It is in the URL, so that it can be shared. */
export type Route = { readonly saga: SagaName; readonly orderId: string } | null;

export function formatLink(saga: SagaName, orderId: string): string {
  return `#/${saga}/${encodeURIComponent(orderId)}`;
}

function parseRoute(hash: string): Route {
  const [, name, orderId] = /^#\/([A-Za-z]+)\/(.+)$/.exec(hash) ?? [];
  const saga = SAGA_NAMES.find((one) => one === name);
  return saga && orderId !== undefined ? { saga, orderId: decodeURIComponent(orderId) } : null;
}

export function useRoute(): Route {
  const [hash, setHash] = useState(location.hash);
  useEffect(() => {
    const onHashChange = (): void => setHash(location.hash);
    addEventListener('hashchange', onHashChange);
    return () => removeEventListener('hashchange', onHashChange);
  }, []);
  return parseRoute(hash);
}
