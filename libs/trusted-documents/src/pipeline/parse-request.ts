import type { IncomingHttpHeaders } from 'node:http';
import { HeaderMap } from '@apollo/server';
import type { HTTPGraphQLRequest } from '@apollo/server';
import type { FastifyRequest } from 'fastify';
import { GraphQLError } from 'graphql';

/** What a request asks for, before any of it is known to be right. */
export interface Asked {
  /** The text of a document, or the hash of one that is known; a client may send both. */
  readonly text: string | undefined;
  readonly hash: string | undefined;
  readonly operationName: string | undefined;
  readonly variables: Readonly<Record<string, unknown>> | undefined;
  /** False for parts that the ordinary way refuses, whatever the document is. */
  readonly isWellFormed: boolean;
}

/** Undefined when it asks for no document at all; what it is then, the ordinary way says. */
export function askedOf({ method, body, url }: FastifyRequest): Asked | undefined {
  if (method === 'POST') return isRecord(body) ? fromParts(body) : undefined;
  if (method !== 'GET') return undefined;
  const { extensions, ...parts } = Object.fromEntries(searchOf(url));
  return fromParts({ ...parts, extensions: jsonOf(extensions) });
}

/**
 * True when a body was sent as JSON, which a page of another origin cannot do without asking first. Of any other type the ordinary
 * way decides.
 */
export function isJson({ 'content-type': type = '' }: IncomingHttpHeaders): boolean {
  return JSON_TYPE.test(type);
}

const JSON_TYPE = /^application\/json *(;|$)/i;

/** The same request, for the document itself in place of its hash. */
export function rewritten(request: FastifyRequest, text: string): void {
  if (request.method === 'POST') {
    const { documentId: _id, extensions, ...body } = request.body as Record<string, unknown>;
    const more = withoutHash(extensions);
    request.body = { ...body, query: text, ...(more !== undefined && { extensions: more }) };
    return;
  }
  const { url } = request;
  const params = searchOf(url);
  const extensions = jsonOf(params.get('extensions') ?? undefined);
  params.delete('documentId');
  if (isRecord(extensions)) {
    const more = withoutHash(extensions);
    params.delete('extensions');
    if (more !== undefined) params.set('extensions', JSON.stringify(more));
  }
  params.set('query', text);
  request.raw.url = `${url.slice(0, url.indexOf('?'))}?${params.toString()}`;
}

/** Everything after the first question mark: another one is part of what a parameter says. */
function searchOf(url: string): URLSearchParams {
  const from = url.indexOf('?');
  return new URLSearchParams(from < 0 ? '' : url.slice(from + 1));
}

/** What is no object stays, for the ordinary way to refuse. */
function withoutHash(extensions: unknown): unknown {
  if (!isRecord(extensions)) return extensions;
  const { persistedQuery: _hash, ...more } = extensions;
  return Object.keys(more).length > 0 ? more : undefined;
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
    isWellFormed:
      isMissingOr(isRecord, variables) && isMissingOr(isRecord, extensions) && isMissingOr(isString, operationName),
  };
}

/** What is said of a document that nobody wrote down. */
export function unknownDocument({ hash }: Pick<Asked, 'hash'>): GraphQLError {
  const what = hash === undefined ? 'This document' : `The document ${JSON.stringify(hash.slice(0, MAX_SHOWN))}`;
  return new GraphQLError(
    `${what} is not among the trusted documents: add it to the manifest that the frontend's build makes.`,
    { extensions: { code: 'PERSISTED_QUERY_NOT_FOUND', retryable: false } },
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

function isMissingOr(is: (value: unknown) => boolean, value: unknown): boolean {
  return value === undefined || value === null || is(value);
}

function isString(value: unknown): value is string {
  return typeof value === 'string';
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The request as Apollo Server shows it to plugins. */
export function httpOf({ method, headers, body }: FastifyRequest): HTTPGraphQLRequest {
  const map = new HeaderMap();
  for (const [name, value] of Object.entries(headers))
    if (value !== undefined) map.set(name, Array.isArray(value) ? value.join(', ') : value);
  return { method, headers: map, search: '', body };
}
