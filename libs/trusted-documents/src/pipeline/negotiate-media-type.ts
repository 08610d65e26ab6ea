import { BoundedMap } from '@bff/kernel';
import Negotiator from 'negotiator';

const JSON_TYPE = 'application/json; charset=utf-8';
const GRAPHQL_TYPE = 'application/graphql-response+json; charset=utf-8';

const MAX_ACCEPT_HEADERS = 100;
/** By Accept header; null for one that takes no type of ours. */
const known = new BoundedMap<string, string | null>(MAX_ACCEPT_HEADERS);

/** The type of an answer in one part that a client wants; undefined when it takes none. */
export function mediaTypeFor(accept: string | undefined): string | undefined {
  if (accept === undefined) return JSON_TYPE;
  const before = known.get(accept);
  if (before !== undefined) return before ?? undefined;
  const type = new Negotiator({ headers: { accept } }).mediaType([JSON_TYPE, GRAPHQL_TYPE]);
  known.set(accept, type ?? null);
  return type;
}
