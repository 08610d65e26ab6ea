import { describe, expect, it } from '@jest/globals';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { getContract } from './contract.js';
import { readDocument, resolveReference } from './document.js';
import type { OperationObject, ParameterObject } from './document.js';
import { PARTICIPANT_ACTS, findAct } from './participant-acts.js';
import type { ParticipantAct } from './participant-acts.js';
import { API_NAMES } from './services.js';

const operations = API_NAMES.flatMap((service) => {
  const document = readDocument(service);
  return Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => {
      const parameters = (operation.parameters ?? []).map((one) => resolveReference<ParameterObject>(document, one));
      return { service, document, path, method, operation, id: operation.operationId, parameters };
    }),
  );
});

function statuses({ responses }: OperationObject): readonly string[] {
  return Object.keys(responses);
}

/**
 * Whether a write may be answered 409: what is done may have been undone before, what is undone may be final by now, and what is
 * made final may never have been done. What nothing makes final can always be undone, and taking back always wins.
 */
function canConflict(acts: readonly ParticipantAct[], write: string): boolean | undefined {
  const { act, role } = findAct(acts, write) ?? {};
  if (role === 'do') return act?.undo !== undefined || act?.revoke !== undefined;
  if (role === 'undo') return act?.finish !== undefined;
  return role && role === 'finish';
}

describe('a write', () => {
  const acts = [
    { do: 'pay', undo: 'void', finish: 'capture', revoke: 'refund' },
    { do: 'clear', undo: 'withdraw' },
  ];
  it.each([
    ['pay', true],
    ['void', true],
    ['capture', true],
    ['refund', false],

    ['clear', true],
    ['withdraw', false],
    ['unknown', undefined],
  ])('%s: may be answered 409: %s', (write, conflicts) => {
    expect(canConflict(acts, write)).toBe(conflicts);
  });
});

/** Every schema of an integer in a document, with where it stands. */
function integersOf(value: unknown, path = ''): { path: string; schema: Record<string, unknown> }[] {
  if (typeof value !== 'object' || value === null) return [];
  const schema = value as Record<string, unknown>;
  const here = [schema['type']].flat().includes('integer') ? [{ path, schema }] : [];
  return [...here, ...Object.entries(schema).flatMap(([key, inner]) => integersOf(inner, `${path}/${key}`))];
}

describe('every integer of every contract', () => {
  const integers = API_NAMES.flatMap((service) => integersOf(readDocument(service), service));

  it.each(integers)('$path fits into an Int of GraphQL', ({ schema }) => {
    expect(schema['minimum']).toBeGreaterThanOrEqual(-(2 ** 31));
    expect(schema['maximum']).toBeLessThan(2 ** 31);
  });

  it('is looked at', () => expect(integers.length).toBeGreaterThanOrEqual(20));
});

describe('every operation of every contract', () => {
  it.each(operations)(
    '$service $id: is a GET, PUT, POST or DELETE, and has a summary that ends like a sentence',
    (one) => {
      expect(['get', 'put', 'post', 'delete']).toContain(one.method);
      expect(one.operation.summary.trim()).toMatch(/^[A-Z].*\.$/s);
    },
  );

  it.each(operations)(
    '$service $id: documents its 200, its failures, and its 400 when there is anything to get wrong',
    (one) => {
      expect(statuses(one.operation)).toEqual(expect.arrayContaining(['200', 'default']));
      if (one.parameters.length > 0) expect(statuses(one.operation)).toContain('400');
    },
  );

  it.each(operations.filter(({ method, service }) => method !== 'get' && service !== 'orchestrator'))(
    '$service $id: is a write, so it takes an Idempotency-Key and an order id and can say no',
    ({ id, operation, parameters, service }) => {
      expect(parameters.map(({ name, in: place, required }) => [name, place, required])).toEqual([
        ['orderId', 'path', true],
        ['Idempotency-Key', 'header', true],
      ]);
      expect(statuses(operation)).toContain('422');
      const acts = service === 'orchestrator' ? [] : PARTICIPANT_ACTS[service];
      expect(statuses(operation).includes('409')).toBe(canConflict(acts, id));
    },
  );

  it.each(operations.filter(({ method }) => method === 'get'))(
    '$service $id: is a read, so it needs no key and never says no',
    (one) => {
      expect(one.parameters.filter((parameter) => parameter.in === 'header')).toEqual([]);
      expect(statuses(one.operation).filter((status) => status === '409' || status === '422')).toEqual([]);
      expect(one.operation.requestBody).toBeUndefined();
    },
  );

  const lists = operations.flatMap(({ parameters, ...one }) =>
    parameters.filter(({ name }) => /ids$/i.test(name)).map((parameter) => ({ ...one, parameter })),
  );
  it.each(lists)('$service $id: takes 1 to 100 comma-separated ids, and says so', ({ operation, parameter }) => {
    expect(parameter).toMatchObject({ in: 'query', required: true, style: 'form', explode: false });
    expect(parameter.schema).toMatchObject({ minItems: 1, maxItems: 100 });
    expect(operation.summary).toContain('at most 100');
  });

  const pages = operations.filter(({ parameters }) => parameters.some(({ name }) => name === 'after'));
  it.each(pages)('$service $id: is paged, with a first that has a default and a maximum', ({ parameters }) => {
    const first = parameters.find(({ name }) => name === 'first');
    expect(first?.schema).toMatchObject({ minimum: 1, maximum: 100, default: expect.any(Number) });
  });
});

describe('every contract', () => {
  it.each(API_NAMES)('of %s closes every object, so that a misspelt property is found', (service) => {
    const open: string[] = [];
    const walk = (node: unknown, where: string): void => {
      if (typeof node !== 'object' || node === null) return;
      const { type, additionalProperties } = node as { type?: unknown; additionalProperties?: unknown };
      if (type === 'object' && additionalProperties !== false) open.push(where);
      for (const [key, inner] of Object.entries(node)) walk(inner, `${where}.${key}`);
    };
    walk(readDocument(service), service);
    expect(open).toEqual([]);
  });

  it.each(API_NAMES)('of %s has schemas that are schemas', (service) => {
    const ajv = new Ajv2020();
    const schemas = Object.entries(readDocument(service).components['schemas'] ?? {});
    const wrong = schemas.filter(([, schema]) => ajv.validateSchema(schema as object) !== true).map(([name]) => name);
    expect(schemas.length).toBeGreaterThan(0);
    expect(wrong).toEqual([]);
    expect(ajv.validateSchema({ type: 'strin' })).toBe(false);
  });

  it.each(API_NAMES)('of %s can be compiled, and every operation is there under its id', (service) => {
    const { document, operations: compiled } = getContract(service);
    expect(document.openapi).toBe('3.1.0');
    const ids = operations.filter((one) => one.service === service).map(({ id }) => id);
    expect([...compiled.keys()]).toEqual(ids);
    for (const operation of compiled.values())
      // Each schema is compiled at its first use: a broken reference would throw something else here.
      expect(() => operation.checkAnswer(200, 'nonsense')).toThrow(`${operation.id} answer 200 must be object`);
  });
});
