import type { WalkedOperation } from './operations.js';
import type { RawRequest } from './send.js';
import type { Values } from './values.js';

/** The doors of the BFF that are one request each. */
export const HTTP_DOORS = [
  'post',
  'get',
  'document',
  'document by get',
  'stream',
  'stream document',
  'stream by get',
  'odd',
] as const;

export type HttpDoor = (typeof HTTP_DOORS)[number];

/** What is asked for, and who asks. */
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

/** A request for an operation at one of the doors, with parts of it that are wrong. */
export function requestAt(door: HttpDoor, { operation, headers }: Question, values: Values): RawRequest {
  const { random } = values;
  const parts = partsOf(operation, values, door.includes('document'));
  const isStream = door.startsWith('stream');
  const path = isStream ? '/graphql/stream' : '/graphql';
  const accept = isStream ? 'text/event-stream' : random.one(ACCEPTS);
  if (door === 'odd') return oddRequest(parts, headers, values);
  if (door.endsWith('by get') || door === 'get')
    return {
      method: 'GET',
      path: `${path}?${searchOf(parts, values)}`,
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
export function partsOf(operation: WalkedOperation, values: Values, byDocument: boolean): Record<string, unknown> {
  const { random } = values;
  const text = random.chance(0.15) ? values.mangled(operation.text) : operation.text;
  const parts: Record<string, unknown> = {
    ...(byDocument ? { documentId: random.chance(0.9) ? operation.name : values.any() } : { query: text }),
    variables: operation.variables(values),
  };
  if (!random.chance(0.3)) return parts;
  return {
    ...parts,
    [random.one(['operationName', 'extensions', 'variables', 'query', 'documentId', 'id'])]: values.any(),
  };
}

function searchOf(parts: Readonly<Record<string, unknown>>, values: Values): string {
  const pairs = Object.entries(parts).map(([name, value]) => {
    const text = typeof value === 'string' ? value : JSON.stringify(value);
    return `${name}=${values.address(text)}`;
  });
  return [...pairs, ...(values.random.chance(0.1) ? pairs.slice(0, 1) : [])].join('&');
}

function oddRequest(parts: object, headers: Readonly<Record<string, string>>, values: Values): RawRequest {
  const { random } = values;
  const method = random.one(METHODS);
  const json = random.one([
    JSON.stringify(parts),
    JSON.stringify([parts, parts]),
    JSON.stringify(values.any()),
    values.mangled(JSON.stringify(parts)),
    values.text(),
    '',
    ' '.repeat(300_000),
  ]);
  const type = random.one(TYPES);
  return {
    method,
    path: random.one(PATHS),
    headers: {
      ...headers,
      ...(type !== '' && { 'content-type': type }),
      accept: random.one([...ACCEPTS, 'text/event-stream']),
      ...(random.chance(0.1) && { 'content-encoding': 'gzip' }),
      // Headers that are too large are answered before it is known that an answer to HEAD has no body.
      ...(method !== 'HEAD' && random.chance(0.1) && { 'x-odd': 'y'.repeat(20_000) }),
      ...(random.chance(0.2) && { baggage: values.headerText(), 'x-explain': '1' }),
    },
    ...(method !== 'GET' && method !== 'HEAD' && method !== 'TRACE' && { body: json }),
  };
}
