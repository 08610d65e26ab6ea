import { BoundedMap } from '@bff/kernel';
import Negotiator from 'negotiator';

export const JSON_TYPE = 'application/json; charset=utf-8';
const GRAPHQL_TYPE = 'application/graphql-response+json; charset=utf-8';

const MAX_CACHED_HEADERS = 100;

/** By Accept header; null when it accepts neither type. */
const cache = new BoundedMap<string, string | null>(MAX_CACHED_HEADERS);

/** The type of a response in one part that the client prefers; undefined when it accepts none. */
export function negotiateMediaType(accept: string | undefined): string | undefined {
  if (accept === undefined) return JSON_TYPE;
  const cached = cache.get(accept);
  if (cached !== undefined) return cached ?? undefined;
  const type = new Negotiator({ headers: { accept } }).mediaType([JSON_TYPE, GRAPHQL_TYPE]);
  cache.set(accept, type ?? null);
  return type;
}
