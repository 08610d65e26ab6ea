import type { Contract, Operation } from '@bff/contracts';
import { buildAddress, buildHeaders } from './contract-suite.caller.js';
import type { ServiceRequest } from './contract-suite.caller.js';

/** A request that breaks the contract in one place, and what the response must say. */
export interface BadRequest {
  readonly name: string;
  readonly operation: Operation;
  readonly address: string;
  readonly init: RequestInit;
  readonly status: 400 | 413;
  /** What the message must hold: where the request is wrong. Empty where the words are the parser's own. */
  readonly where: string;
}

interface Parameter {
  readonly name: string;
  readonly in: string;
  readonly schema: Readonly<Record<string, unknown>>;
}

/** Everything that can be broken about a good request, one thing at a time, found in the operation's own document. */
export function buildBadRequests(
  contract: Contract,
  operation: Operation,
  good: ServiceRequest,
): readonly BadRequest[] {
  const breakRequest = (name: string, where: string, change: ServiceRequest): BadRequest => {
    const request = { ...good, ...change };
    const headers = buildHeaders(operation, request);
    const body = request.body && { body: JSON.stringify(request.body) };
    const init = { method: operation.method, headers, ...body };
    return {
      name: `${operation.id}, ${name}`,
      operation,
      address: buildAddress(operation, request),
      init,
      status: 400,
      where,
    };
  };
  const unknown = breakRequest('an unknown query parameter', 'query must not have "nonsense"', {
    query: { ...good.query, nonsense: 'x' },
  });
  const parameters = findParameters(contract, operation).flatMap(({ name, in: place, schema }) => {
    if (place === 'header')
      return [
        breakRequest(`${name} is missing`, `headers must have required property '${name.toLowerCase()}'`, {
          key: null,
        }),
        breakRequest(`${name} is of 201 characters`, `headers.${name.toLowerCase()} must NOT have more`, {
          key: 'k'.repeat(201),
        }),
      ];
    const part = place === 'path' ? 'path' : 'query';
    return buildBadValues(name, schema).map(([what, value]) =>
      breakRequest(`${name} is ${what}`, `${part}.${name}`, { [part]: { ...good[part], [name]: value } }),
    );
  });
  const bodies =
    good.body === undefined
      ? []
      : [...buildWrongBodies(good.body, breakRequest), ...buildUntypedBodies(operation, good)];
  const unreadable = operation.method === 'GET' ? [] : buildUnreadableBodies(operation, good);
  return [unknown, ...parameters, ...bodies, ...unreadable];
}

function findParameters({ document }: Contract, { path, method }: Operation): readonly Parameter[] {
  const parameters = document.paths[path]?.[method.toLowerCase()]?.parameters ?? [];
  return parameters.map((parameter) => {
    if (!('$ref' in parameter)) return parameter;
    const name = parameter.$ref.replace('#/components/parameters/', '');
    // The documents keep shared parameters in this one place.
    return document.components['parameters']?.[name] as Parameter;
  });
}

function buildBadValues(
  name: string,
  schema: Parameter['schema'],
): readonly (readonly [what: string, value: string])[] {
  if (name === 'after')
    return [
      ['no cursor', 'nonsense'],
      ['the cursor of another list', encodeCursor(['a'])],
      ['a cursor of numbers', encodeCursor([1, 2])],
      ['a cursor that holds no place', encodeCursor(['\0', '\0'])],
      ['empty', ''],
    ];
  if (schema['type'] === 'array')
    return [
      ['101 ids', Array.from({ length: 101 }, (_, index) => String(index)).join(',')],
      ['an empty list', ''],
      ['a list with an empty id', '1,,2'],
      ['a list with a bad id', "1,';--"],
      ['a list with the path .. for an id', '1,..'],
    ];
  if (schema['type'] === 'integer')
    return [
      ['0', '0'],
      ['negative', '-1'],
      ['too large', String(Number(schema['maximum']) + 1)],
      ['no whole number', '1.5'],
      ['a word', 'many'],
    ];
  if (schema['maxLength'] === undefined)
    return [
      ['no id', 'no good'],
      ['an id of 65 characters', 'x'.repeat(65)],
    ];
  return [
    ['empty', ''],
    ['a NUL character', '\0'],
    ['too long', 'x'.repeat(Number(schema['maxLength']) + 1)],
  ];
}

function encodeCursor(keys: readonly unknown[]): string {
  return Buffer.from(JSON.stringify(keys)).toString('base64url');
}

type Broken = (name: string, where: string, change: ServiceRequest) => BadRequest;

function buildWrongBodies(good: object, broken: Broken): readonly BadRequest[] {
  const text = JSON.stringify(good);
  const texts = new Set(text.match(/"\w+":"/g));
  const withNul = (start: string) =>
    JSON.parse(text.replaceAll(new RegExp(`${start}[^"]*"`, 'g'), String.raw`${start}\u0000"`)) as object;
  return [
    broken('a list as body', 'body must be object', { body: [] }),
    broken('an empty object as body', 'body must have required property', { body: {} }),
    broken('an unknown property', 'body must not have "nonsense"', { body: { ...good, nonsense: 1 } }),
    ...Object.keys(good).map((name) => broken(`null as ${name}`, `body.${name}`, { body: { ...good, [name]: null } })),
    ...[...texts].map((start) => broken(`a NUL character as ${start.slice(1, -3)}`, 'body', { body: withNul(start) })),
  ];
}

function buildUntypedBodies(operation: Operation, good: ServiceRequest): readonly BadRequest[] {
  return [
    buildRawRequest(operation, good, 'null as body', 'null'),
    buildRawRequest(operation, good, 'a body of another type', JSON.stringify(good.body), { type: 'text/plain' }),
    buildRawRequest(operation, good, 'a form as body', 'lines=1', { type: 'application/x-www-form-urlencoded' }),
    buildRawRequest(operation, good, 'a body nested too deep', '['.repeat(100_000) + ']'.repeat(100_000)),
  ];
}

/** What no operation takes, whether it has a body or not. */
function buildUnreadableBodies(operation: Operation, good: ServiceRequest): readonly BadRequest[] {
  return [
    buildRawRequest(operation, good, 'no body in spite of its type', ''),
    buildRawRequest(operation, good, 'half a body', '{"lines":['),
    buildRawRequest(operation, good, 'a body that is no JSON', 'nonsense'),
    buildRawRequest(operation, good, 'a body that would poison prototypes', '{"__proto__":{"lines":[]}}'),
    buildRawRequest(operation, good, 'a body of an unknown type', '<order/>', { type: 'application/xml' }),
    buildRawRequest(operation, good, 'a body of 300 KB', JSON.stringify({ padding: 'x'.repeat(300_000) }), {
      status: 413,
    }),
  ];
}

function buildRawRequest(
  operation: Operation,
  good: ServiceRequest,
  name: string,
  body: string,
  { type = 'application/json', status = 400 }: { readonly type?: string; readonly status?: 400 | 413 } = {},
): BadRequest {
  const init = { method: operation.method, headers: { ...buildHeaders(operation, good), 'content-type': type }, body };
  return {
    name: `${operation.id}, ${name}`,
    operation,
    address: buildAddress(operation, good),
    init,
    status,
    where: '',
  };
}
