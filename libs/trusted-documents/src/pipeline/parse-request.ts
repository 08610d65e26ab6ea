import type { IncomingHttpHeaders } from 'node:http';
import type { FastifyRequest } from 'fastify';

/** The parameters of a GraphQL request. The document and the operation name are not validated yet. */
export interface GraphQLParameters {
  /** The text of a document, or the hash of a trusted one; a client may send both. */
  readonly text: string | undefined;
  readonly hash: string | undefined;
  readonly operationName: string | undefined;
  readonly variables: Readonly<Record<string, unknown>> | undefined;
  /** False when a parameter has a type that the standard pipeline rejects, whatever the document is. */
  readonly isWellFormed: boolean;
}

/** Undefined when the request names no document: the standard pipeline rejects it. */
export function parseRequest({ method, body, url }: FastifyRequest): GraphQLParameters | undefined {
  if (method === 'POST') return isRecord(body) ? parseParameters(body) : undefined;
  if (method !== 'GET') return undefined;
  const { extensions, ...parameters } = Object.fromEntries(parseSearch(url));
  return parseParameters({ ...parameters, extensions: parseJson(extensions) });
}

/**
 * True for a body of type application/json, which a page of another origin cannot send without a preflight request. For any other
 * type the standard pipeline decides.
 */
export function hasJsonBody({ 'content-type': type = '' }: IncomingHttpHeaders): boolean {
  return JSON_TYPE.test(type);
}

const JSON_TYPE = /^application\/json *(;|$)/i;

/** Parses the parameters of a request of any transport; undefined when they name no document. */
export function parseParameters({
  query,
  documentId,
  extensions,
  operationName,
  variables,
}: Record<string, unknown>): GraphQLParameters | undefined {
  const { persistedQuery } = isRecord(extensions) ? extensions : {};
  const { sha256Hash } = isRecord(persistedQuery) ? persistedQuery : {};
  const text = typeof query === 'string' && query !== '' ? query : undefined;
  const hash = [documentId, sha256Hash].find((one) => typeof one === 'string');
  if (text === undefined && hash === undefined) return undefined;
  return {
    text,
    hash,
    operationName: typeof operationName === 'string' ? operationName : undefined,
    variables: isRecord(variables) ? variables : undefined,
    isWellFormed:
      isMissingOr(isRecord, variables) && isMissingOr(isRecord, extensions) && isMissingOr(isString, operationName),
  };
}

/** Rewrites a request for the standard pipeline, which knows documents by their text only. */
export function replaceHashWithText(request: FastifyRequest, text: string): void {
  if (request.method === 'POST') {
    const { documentId: _documentId, extensions, ...body } = request.body as Record<string, unknown>;
    const rest = removePersistedQuery(extensions);
    request.body = { ...body, query: text, ...(rest !== undefined && { extensions: rest }) };
    return;
  }
  const { url } = request;
  const search = parseSearch(url);
  const extensions = parseJson(search.get('extensions') ?? undefined);
  search.delete('documentId');
  if (isRecord(extensions)) {
    const rest = removePersistedQuery(extensions);
    search.delete('extensions');
    if (rest !== undefined) search.set('extensions', JSON.stringify(rest));
  }
  search.set('query', text);
  request.raw.url = `${url.slice(0, url.indexOf('?'))}?${search.toString()}`;
}

/** Everything after the first question mark; a later one is part of a value. */
function parseSearch(url: string): URLSearchParams {
  const mark = url.indexOf('?');
  return new URLSearchParams(mark < 0 ? '' : url.slice(mark + 1));
}

/** Extensions that are not an object are kept: the standard pipeline rejects them. */
function removePersistedQuery(extensions: unknown): unknown {
  if (!isRecord(extensions)) return extensions;
  const { persistedQuery: _persistedQuery, ...rest } = extensions;
  return Object.keys(rest).length > 0 ? rest : undefined;
}

function parseJson(text: string | undefined): unknown {
  try {
    return text === undefined ? undefined : JSON.parse(text);
  } catch {
    return undefined;
  }
}

function isMissingOr(isValid: (value: unknown) => boolean, value: unknown): boolean {
  return value === undefined || value === null || isValid(value);
}

function isString(value: unknown): value is string {
  return typeof value === 'string';
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
