import { getContract } from '@bff/contracts';
import type { ApiName, Operation } from '@bff/contracts';
import type { RawRequest } from './send.js';
import type { Values } from './values.js';

/** A parameter of a path. */
const PARAMETER = /\{(\w+)\}/g;

/** What the control API of the mocks serves, which has no contract. */
const CONTROL = [
  'GET /scopes',
  'DELETE /scopes/{scope}',
  'PUT /scopes/{scope}/seed',
  'POST /scopes/{scope}/late',
  'GET /scopes/{scope}/journal',
  'PUT /scopes/{scope}/steps/{step}',
  'PUT /scopes/{scope}/catalog/getProducts',
  'DELETE /scopes/{scope}/{service}/{operation}',
  'PUT /scopes/{scope}/{service}/{operation}',
  'GET /tokens/{customer}',
  'GET /contracts/{service}',
  'GET /health/ready',
];

/** A route of a server: a method and a path template. */
export interface Route {
  readonly method: string;
  readonly path: string;
  readonly operation?: Operation;
}

export function listRoutes(service: ApiName): readonly Route[] {
  const operations = [...getContract(service).operations.values()];
  return [
    ...operations.map((operation) => ({ method: operation.method, path: operation.path, operation })),
    { method: 'GET', path: '/health/ready' },
    { method: 'GET', path: '/openapi.json' },
  ];
}

export const controlRoutes: readonly Route[] = CONTROL.map((route) => {
  const [method = '', path = ''] = route.split(' ');
  return { method, path };
});

const METHODS = ['GET', 'PUT', 'POST', 'DELETE', 'PATCH', 'HEAD', 'OPTIONS'];

const TYPES = [
  'application/json',
  'application/json; charset=latin1',
  'text/plain',
  'application/x-www-form-urlencoded',
  'nonsense',
  '',
];

/** Names of query parameters. */
const QUERY = [
  'ids',
  'first',
  'after',
  'status',
  'customerId',
  'search',
  'categoryId',
  'afterPosition',
  'beganBefore',
  'id',
  'saga',
  'step',
  'waitMs',
  'nonsense',
];

const FIELDS = [
  'orderId',
  'customerId',
  'lines',
  'amount',
  'paymentMethodId',
  'shippingAddress',
  'reason',
  'action',
  'result',
  'by',
  'why',
  'fail',
  'reply',
  'when',
  'catalog',
  'products',
  'undo',
];

/** A request to a server, with random invalid parts. */
export function buildServiceRequest({ method, path }: Route, values: Values): RawRequest {
  const { random } = values;
  const way = path.replaceAll(PARAMETER, () => values.pickAddress(values.pickText()));
  const search = Array.from(
    { length: random.drawInteger(0, 3) },
    () => `${random.pick(QUERY)}=${values.pickAddress(pickValueText(values))}`,
  );
  const chosen = random.flip(0.85) ? method : random.pick(METHODS);
  const type = random.flip(0.8) ? 'application/json' : random.pick(TYPES);
  const takesBody = !['GET', 'HEAD'].includes(chosen) && random.flip(0.9);
  return {
    method: chosen,
    path:
      (random.flip(0.05) ? random.pick(['//', '/%E0%A4%A', '/..', `/${'a'.repeat(300)}`, '/.']) + way : way) +
      (search.length > 0 ? `?${search.join('&')}` : ''),
    headers: {
      ...(takesBody && type !== '' && { 'content-type': type }),
      ...(random.flip(0.8) && {
        'idempotency-key': random.flip(0.7) ? `k${random.drawInteger(1, 1e9)}` : values.pickHeaderText(),
      }),
      // Headers that are too large are answered before it is known that an answer to HEAD has no body.
      ...(chosen !== 'HEAD' && random.flip(0.05) && { 'x-odd': 'y'.repeat(20_000) }),
      ...(random.flip(0.1) && { baggage: `bff-scope=${values.pickHeaderText()}` }),
      ...(random.flip(0.05) && { 'content-encoding': 'gzip' }),
    },
    ...(takesBody && { body: buildBody(values) }),
  };
}

/** Long polling would delay the response. */
function pickValueText(values: Values): string {
  return values.random.flip(0.3) ? String(values.pickNumber()) : values.pickText();
}

function buildBody(values: Values): string {
  const { random } = values;
  if (random.flip(0.1))
    return random.pick([values.pickText(), '{', '[', 'null', ' '.repeat(300_000), '{"a":1e400}', '\ufeff{}']);
  if (random.flip(0.2)) return JSON.stringify(values.pickAny());
  const fields = Array.from(
    { length: random.drawInteger(0, 5) },
    () => [random.pick(FIELDS), values.pickAny(3)] as const,
  );
  return JSON.stringify(Object.fromEntries(fields));
}
