import type { FastifyRequest } from 'fastify';
import { GraphQLError } from 'graphql';

/** What a request asks for, before any of it is known to be right. */
export interface Asked {
  /** The text of a document, or the hash of one that is known; a client may send both. */
  readonly text: string | undefined;
  readonly hash: string | undefined;
  readonly operationName: string | undefined;
  readonly variables: Readonly<Record<string, unknown>> | undefined;
}

/** Undefined when it asks for no document at all; what it is then, the ordinary way says. */
export function askedOf({ method, body, url }: FastifyRequest): Asked | undefined {
  if (method === 'POST') return isRecord(body) ? fromParts(body) : undefined;
  const from = url.indexOf('?');
  if (method !== 'GET' || from < 0) return undefined;
  const { extensions, ...parts } = Object.fromEntries(new URLSearchParams(url.slice(from)));
  return fromParts({ ...parts, extensions: jsonOf(extensions) });
}

/** The same request, for the document itself in place of its hash. */
export function rewritten(request: FastifyRequest, text: string): void {
  if (request.method === 'POST') {
    const { documentId: _id, extensions, ...body } = request.body as Record<string, unknown>;
    const { persistedQuery: _hash, ...more } = isRecord(extensions) ? extensions : {};
    request.body = { ...body, query: text, ...(Object.keys(more).length > 0 && { extensions: more }) };
    return;
  }
  const [path = '', search] = request.url.split('?');
  const params = new URLSearchParams(search);
  params.delete('documentId');
  params.delete('extensions');
  params.set('query', text);
  request.raw.url = `${path}?${params.toString()}`;
}

/** What the parts of a request ask for, however it came; undefined when that is no document. */
export function fromParts({
  query,
  documentId,
  extensions,
  operationName,
  variables,
}: Record<string, unknown>): Asked | undefined {
  const { persistedQuery } = isRecord(extensions) ? extensions : {};
  const { sha256Hash } = isRecord(persistedQuery) ? persistedQuery : {};
  const text = typeof query === 'string' && query !== '' ? query : undefined;
  const hash = [documentId, sha256Hash].find((one) => typeof one === 'string');
  if (text === undefined && hash === undefined) return undefined;
  return {
    ...{ text, hash },
    operationName: typeof operationName === 'string' ? operationName : undefined,
    variables: isRecord(variables) ? variables : undefined,
  };
}

/** What is said of a document that nobody wrote down. */
export function unknownDocument({ hash }: Pick<Asked, 'hash'>): GraphQLError {
  const what = hash === undefined ? 'This document' : `The document ${JSON.stringify(hash.slice(0, MAX_SHOWN))}`;
  return new GraphQLError(
    `${what} is not among the trusted documents: add it to the manifest that the frontend's build makes.`,
    { extensions: { code: 'DOCUMENT_UNKNOWN', retryable: false } },
  );
}

/** So much of a hash that nobody knows is shown. */
const MAX_SHOWN = 80;

function jsonOf(text: string | undefined): unknown {
  try {
    return text === undefined ? undefined : JSON.parse(text);
  } catch {
    return undefined;
  }
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
