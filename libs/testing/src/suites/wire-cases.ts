import type { Operation, ServiceName } from '@bff/contracts';
import { getContract } from '@bff/contracts';
import { buildAddress, buildHeaders } from './contract-suite.caller.js';
import type { ContractStep } from './contract-suite.js';

/** A request as its bytes are sent, and what is odd about it. */
export interface WireCase {
  readonly name: string;
  readonly method: string;
  /** Path and query, as they are sent: nothing is resolved or encoded on the way. */
  readonly target: string;
  /** A name may come several times. */
  readonly headers: readonly (readonly [name: string, value: string])[];
  readonly body?: string;
}

/** Makes one thing about a request odd. */
interface Oddity {
  readonly name: string;
  readonly apply: (request: WireCase) => WireCase;
}

/** A seeded random generator (mulberry32): from 0 to below 1. */
function createRandom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

const changePath = (request: WireCase, change: (path: string) => string): WireCase => {
  const [path = '', ...query] = request.target.split('?');
  return { ...request, target: [change(path), ...query].join('?') };
};
const changeQuery = (request: WireCase, change: (query: string) => string): WireCase => {
  const [path = '', query = ''] = request.target.split('?');
  return { ...request, target: `${path}?${change(query)}` };
};
const withHeader = (request: WireCase, name: string, ...values: readonly string[]): WireCase => ({
  ...request,
  headers: [...request.headers.filter(([one]) => one !== name), ...values.map((value) => [name, value] as const)],
});

const METHODS = ['GET', 'HEAD', 'PUT', 'POST', 'DELETE', 'PATCH', 'OPTIONS'];

const PATHS: readonly Oddity[] = [
  ['a slash at the end', (path: string) => `${path}/`],
  ['two slashes', (path: string) => path.replace('/', '//')],
  ['a dot', (path: string) => `/.${path}`],
  ['two dots', (path: string) => `/x/..${path}`],
  ['two dots, encoded', (path: string) => `/x/%2e%2e${path}`],
  ['two dots at the end', (path: string) => `${path}/..`],
  ['a capital letter', (path: string) => path.replace(/[a-z]/, (letter) => letter.toUpperCase())],
  ['an encoded letter', (path: string) => path.replace(/[a-z]/, (letter) => `%${letter.charCodeAt(0).toString(16)}`)],
  ['an encoded slash', (path: string) => `${path}%2Fx`],
  ['an encoded percent sign', (path: string) => `${path}%25`],
  ['an encoded question mark', (path: string) => `${path}%3F`],
  ['half an encoding', (path: string) => `${path}%zz`],
  ['an encoding of no text', (path: string) => `${path}%C3%28`],
  ['an encoded NUL', (path: string) => `${path}%00`],
  ['a letter that is not ASCII, encoded', (path: string) => `${path}%C3%A9`],
  ['a semicolon', (path: string) => `${path};x=1`],
  ['a plus sign', (path: string) => `${path}+`],
].map(([name, change]) => ({
  name: String(name),
  apply: (one) => changePath(one, change as (path: string) => string),
}));

const QUERIES: readonly Oddity[] = [
  ['a question mark alone', () => ''],
  ['ampersands', (query: string) => `&&${query}&`],
  ['a value without a name', (query: string) => `${query}&=x`],
  ['an unknown name', (query: string) => `${query}&nonsense=1`],
  ['a name of a prototype', (query: string) => `${query}&__proto__=1`],
  ['brackets', (query: string) => query.replace('=', '[]=')],
  ['an encoded name', (query: string) => query.replace(/^[a-z]/, (one) => `%${one.charCodeAt(0).toString(16)}`)],
  ['semicolons', (query: string) => query.replaceAll('&', ';')],
  ['a plus sign', (query: string) => `${query}+`],
  ['half an encoding', (query: string) => `${query}%zz`],
  ['a second question mark', (query: string) => `${query}?x=1`],
].map(([name, change]) => ({
  name: `query: ${String(name)}`,
  apply: (one) => changeQuery(one, change as (query: string) => string),
}));

const INTEGERS = [
  '01',
  '+1',
  '-0',
  '1e0',
  '1.0',
  '%201',
  '1%20',
  '0x1',
  'Infinity',
  'NaN',
  'true',
  'null',
  '',
  '1,2',
  '１',
];
const TEXTS = ['', '%20', '%00', 'a%20b', '%F0%9F%98%80', 'a%2Cb', ',', '%FF'];

/** What is odd about one parameter of the query: it comes again, without a value, or with an odd one. */
function buildParameterOddities(name: string, type: unknown): Oddity[] {
  const set = (what: string, text: string): Oddity => ({
    name: `${name}: ${what}`,
    apply: (one) =>
      changeQuery(one, (query) =>
        [...query.split('&').filter((part) => part && !part.startsWith(`${name}=`)), text].join('&'),
      ),
  });
  const values = type === 'integer' ? INTEGERS : TEXTS;
  return [
    set('twice', `${name}=1&${name}=2`),
    set('twice the same', `${name}=1&${name}=1`),
    set('without a value', name),
    ...values.map((value) => set(JSON.stringify(decodeSafely(value)), `${name}=${encodeSafely(value)}`)),
  ];
}

const decodeSafely = (text: string): string => (text === '%FF' ? text : decodeURIComponent(text));
const encodeSafely = (text: string): string => (/[^ -~]/.test(text) ? encodeURIComponent(text) : text);

const HEADERS: readonly Oddity[] = [
  'application/json; charset=utf-8',
  'application/JSON',
  'application/json;charset=latin1',
  ' application/json ',
  'application/problem+json',
  'text/json',
  'application/jsonx',
  'json',
  '*/*',
].map((type) => ({
  name: `content-type ${JSON.stringify(type)}`,
  apply: (one: WireCase) => withHeader(one, 'content-type', type),
}));

const KEYS: readonly Oddity[] = [
  { name: 'no key', apply: (one) => withHeader(one, 'idempotency-key') },
  { name: 'an empty key', apply: (one) => withHeader(one, 'idempotency-key', '') },
  { name: 'two keys', apply: (one) => withHeader(one, 'idempotency-key', 'a', 'b') },
  { name: 'a key of blanks', apply: (one) => withHeader(one, 'idempotency-key', '  ') },
  { name: 'a key of 200 letters', apply: (one) => withHeader(one, 'idempotency-key', 'k'.repeat(200)) },
  { name: 'a key that is not ASCII', apply: (one) => withHeader(one, 'idempotency-key', 'clé') },
  { name: 'no content type', apply: (one) => withHeader(one, 'content-type') },
];

const changeBody = (name: string, change: (body: string) => string): Oddity => ({
  name: `body: ${name}`,
  apply: (one) => ({ ...one, body: change(one.body ?? '') }),
});

const BODIES: readonly Oddity[] = [
  changeBody('a byte order mark', (body) => `\uFEFF${body}`),
  changeBody('two byte order marks', (body) => `\uFEFF\uFEFF${body}`),
  changeBody('blanks around it', (body) => `\n\t ${body} \r\n`),
  changeBody('something after it', (body) => `${body}x`),
  changeBody('a comma too many', (body) => body.replace(/}$/, ',}')),
  changeBody('a name twice', (body) => body.replace('{', '{"reason":1,"lines":1,"amount":1,')),
  changeBody('zeros before an amount', (body) => body.replaceAll(/"amount":"(\d)/g, '"amount":"0$1')),
  changeBody('an amount without cents', (body) => body.replaceAll(/"amount":"(\d+)\.\d\d"/g, '"amount":"$1"')),
  changeBody('an amount with a plus sign', (body) => body.replaceAll('"amount":"', '"amount":"+')),
  changeBody('an amount as a number', (body) => body.replaceAll(/"amount":"(\d+)\.\d\d"/g, '"amount":$1')),
  changeBody('quantities with a fraction of 0', (body) => body.replaceAll(/"quantity":(\d+)/g, '"quantity":$1.0')),
  changeBody('quantities as powers', (body) => body.replaceAll(/"quantity":(\d+)/g, '"quantity":$1e0')),
  changeBody('quantities as texts', (body) => body.replaceAll(/"quantity":(\d+)/g, '"quantity":"$1"')),
  changeBody('a prototype', (body) => body.replace('{', '{"__proto__":{},')),
  changeBody('a constructor with a prototype', (body) => body.replace('{', '{"constructor":{"prototype":{}},')),
  changeBody('an escaped prototype', (body) => body.replace('{', '{"\\u005f_proto__":{},')),
  changeBody('half a surrogate pair', (body) => body.replace(/":"/, '":"\\ud800')),
  changeBody('a list of it', (body) => `[${body}]`),
  changeBody('null', () => 'null'),
  changeBody('a text', () => '"text"'),
  changeBody('nothing', () => ''),
  changeBody('blanks alone', () => '  '),
];

/** What can be odd about a request of an operation. */
function findOddities(operation: Operation, service: ServiceName): readonly Oddity[] {
  const { document } = getContract(service);
  const parameters = document.paths[operation.path]?.[operation.method.toLowerCase()]?.parameters ?? [];
  const ofQuery = parameters.flatMap((one) =>
    '$ref' in one || one.in !== 'query'
      ? []
      : buildParameterOddities(one.name, (one.schema as { type?: unknown }).type),
  );
  const methods = METHODS.map((method) => ({ name: method, apply: (one: WireCase) => ({ ...one, method }) }));
  const asRead = [...methods, ...PATHS, ...QUERIES, ...ofQuery];
  return operation.method === 'GET' ? [...asRead, ...HEADERS] : [...asRead, ...HEADERS, ...KEYS, ...BODIES];
}

/** A good request of each operation: the first that its contract's steps are answered 200 to. */
function buildGoodRequests<S extends ServiceName>(service: S, steps: readonly ContractStep<S>[], nth: () => number) {
  return [...getContract(service).operations.values()].map((operation) => {
    const step = steps.find((one) => one.operation === operation.id && one.answers === 200);
    if (!step) throw new Error(`The steps of ${service} have no good request of ${operation.id}`);
    const make = (): WireCase => {
      const id = `wire-${nth()}`;
      // Each write is about an order of its own.
      const path = operation.method === 'GET' ? step.request.path : { ...step.request.path, orderId: id };
      const request = { ...step.request, ...(path && { path }), key: `${id}-key` };
      const { body } = request;
      return {
        name: operation.id,
        method: operation.method,
        target: buildAddress(operation, request),
        headers: Object.entries(buildHeaders(operation, request)),
        ...(body !== undefined && { body: JSON.stringify(body) }),
      };
    };
    return { operation, make };
  });
}

/**
 * Every odd thing about every operation, one at a time, and then random requests in which several odd
 * things come together. The same seed makes the same cases.
 */
export function createWireCases<S extends ServiceName>(
  service: S,
  steps: readonly ContractStep<S>[],
  { seed, mixed }: { readonly seed: number; readonly mixed: number },
): readonly WireCase[] {
  let count = 0;
  const good = buildGoodRequests(service, steps, () => ++count);
  const applyOddities = (make: () => WireCase, oddities: readonly Oddity[]): WireCase => {
    const request = make();
    const odd = oddities.reduce((one, { apply }) => apply(one), request);
    return { ...odd, name: `${request.name}: ${oddities.map(({ name }) => name).join('; ')}` };
  };
  const alone = good.flatMap(({ operation, make }) =>
    findOddities(operation, service).map((one) => applyOddities(make, [one])),
  );
  const chance = createRandom(seed);
  const pickOne = <T>(of: readonly T[]): T => {
    const chosen = of[Math.floor(chance() * of.length)];
    if (chosen === undefined) throw new RangeError('There is nothing to choose from');
    return chosen;
  };
  const together = Array.from({ length: mixed }, () => {
    const { operation, make } = pickOne(good);
    const oddities = findOddities(operation, service);
    return applyOddities(
      make,
      Array.from({ length: 2 + Math.floor(chance() * 2) }, () => pickOne(oddities)),
    );
  });
  return [...alone, ...together];
}
