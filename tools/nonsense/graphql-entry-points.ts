import type { WalkedOperation } from './operations.js';
import type { RawRequest } from './send.js';
import type { Values } from './values.js';

/** The entry points of the BFF that are one request each. */
export const HTTP_ENTRY_POINTS = [
  'post',
  'get',
  'document',
  'document by get',
  'stream',
  'stream document',
  'stream by get',
  'odd',
] as const;

export type HttpEntryPoint = (typeof HTTP_ENTRY_POINTS)[number];

/** An operation, and the headers of the caller. */
export interface Question {
  readonly operation: WalkedOperation;
  readonly headers: Readonly<Record<string, string>>;
}

const ACCEPTS = [
  'application/json',
  'application/graphql-response+json',
  '*/*',
  'text/html',
  'nonsense',
  'multipart/mixed; deferSpec=20220824',
];

const TYPES = [
  'application/json',
  'application/json; charset=utf-16',
  'text/plain',
  'application/x-www-form-urlencoded',
  'multipart/form-data',
  'nonsense',
  '',
];

const METHODS = ['GET', 'POST', 'PUT', 'DELETE', 'PATCH', 'HEAD', 'OPTIONS', 'TRACE', 'PROPFIND'];

const PATHS = [
  '/graphql',
  '/graphql/',
  '/graphql/stream',
  '//graphql',
  '/GraphQL',
  '/%67raphql',
  '/graphql%00',
  '/graphql/%E0%A4%A',
  '/',
  '/nothing',
  '/console',
  '/console/assets/..%2f..%2fpackage.json',
  '/health/live',
  '/metrics',
  '/graphql?query=%7B',
  `/${'a'.repeat(300)}`,
];

/** A request for an operation at one of the entry points, with random invalid parts. */
export function buildGraphQLRequest(
  entryPoint: HttpEntryPoint,
  { operation, headers }: Question,
  values: Values,
): RawRequest {
  const { random } = values;
  const parts = buildParts(operation, values, entryPoint.includes('document'));
  const isStream = entryPoint.startsWith('stream');
  const path = isStream ? '/graphql/stream' : '/graphql';
  const accept = isStream ? 'text/event-stream' : random.pick(ACCEPTS);
  if (entryPoint === 'odd') return buildOddRequest(parts, headers, values);
  if (entryPoint.endsWith('by get') || entryPoint === 'get')
    return {
      method: 'GET',
      path: `${path}?${toSearchString(parts, values)}`,
      headers: { ...headers, accept, 'apollo-require-preflight': '1' },
    };
  return {
    method: 'POST',
    path,
    headers: { ...headers, accept, 'content-type': 'application/json' },
    body: JSON.stringify(parts),
  };
}

/** The parts of a request, mostly as they should be. */
export function buildParts(operation: WalkedOperation, values: Values, byDocument: boolean): Record<string, unknown> {
  const { random } = values;
  const text = random.flip(0.15) ? values.mangle(operation.text) : operation.text;
  const parts: Record<string, unknown> = {
    ...(byDocument ? { documentId: random.flip(0.9) ? operation.name : values.pickAny() } : { query: text }),
    variables: operation.variables(values),
  };
  if (!random.flip(0.3)) return parts;
  return {
    ...parts,
    [random.pick(['operationName', 'extensions', 'variables', 'query', 'documentId', 'id'])]: values.pickAny(),
  };
}

function toSearchString(parts: Readonly<Record<string, unknown>>, values: Values): string {
  const pairs = Object.entries(parts).map(([name, value]) => {
    const text = typeof value === 'string' ? value : JSON.stringify(value);
    return `${name}=${values.pickAddress(text)}`;
  });
  return [...pairs, ...(values.random.flip(0.1) ? pairs.slice(0, 1) : [])].join('&');
}

function buildOddRequest(parts: object, headers: Readonly<Record<string, string>>, values: Values): RawRequest {
  const { random } = values;
  const method = random.pick(METHODS);
  const json = random.pick([
    JSON.stringify(parts),
    JSON.stringify([parts, parts]),
    JSON.stringify(values.pickAny()),
    values.mangle(JSON.stringify(parts)),
    values.pickText(),
    '',
    ' '.repeat(300_000),
  ]);
  const type = random.pick(TYPES);
  return {
    method,
    path: random.pick(PATHS),
    headers: {
      ...headers,
      ...(type !== '' && { 'content-type': type }),
      accept: random.pick([...ACCEPTS, 'text/event-stream']),
      ...(random.flip(0.1) && { 'content-encoding': 'gzip' }),
      // Headers that are too large are answered before it is known that an answer to HEAD has no body.
      ...(method !== 'HEAD' && random.flip(0.1) && { 'x-odd': 'y'.repeat(20_000) }),
      ...(random.flip(0.2) && { baggage: values.pickHeaderText(), 'x-explain': '1' }),
    },
    ...(method !== 'GET' && method !== 'HEAD' && method !== 'TRACE' && { body: json }),
  };
}
