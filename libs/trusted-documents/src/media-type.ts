import Negotiator from 'negotiator';

const JSON_TYPE = 'application/json; charset=utf-8';
const GRAPHQL_TYPE = 'application/graphql-response+json; charset=utf-8';

/** So many Accept headers are remembered. */
const MAX_KNOWN = 100;
const known = new Map<string, string | undefined>();

/** The type of an answer in one part that a client wants; undefined when it takes none. */
export function mediaTypeFor(accept: string | undefined): string | undefined {
  if (accept === undefined) return JSON_TYPE;
  if (known.has(accept)) return known.get(accept);
  const type = new Negotiator({ headers: { accept } }).mediaType([JSON_TYPE, GRAPHQL_TYPE]);
  if (known.size >= MAX_KNOWN) known.clear();
  known.set(accept, type);
  return type;
}
