import { describe, expect, it } from '@jest/globals';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { contractOf } from './contract.js';
import { readDocument, resolve } from './document.js';
import type { OperationObject, ParameterObject } from './document.js';
import type { ApiName } from './types.js';

const services: readonly ApiName[] = ['catalog', 'customer', 'order', 'orchestrator'];

const operations = services.flatMap((service) => {
  const document = readDocument(service);
  return Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => {
      const parameters = (operation.parameters ?? []).map((one) => resolve<ParameterObject>(document, one));
      return { service, document, path, method, operation, id: operation.operationId, parameters };
    }),
  );
});

function statuses({ responses }: OperationObject): readonly string[] {
  return Object.keys(responses);
}

/** What takes back whatever an order has at a service. */
const TAKES_BACK = ['cancelOrder', 'refundPayment', 'returnStock'];

describe('every operation of every contract', () => {
  it.each(operations)(
    '$service $id: is a GET, PUT, POST or DELETE, and has a summary that ends like a sentence',
    (one) => {
      expect(['get', 'put', 'post', 'delete']).toContain(one.method);
      expect(one.operation.summary.trim()).toMatch(/^[A-Z].*\.$/s);
    },
  );

  it.each(operations)(
    '$service $id: documents its 200, its trouble, and its 400 when there is anything to get wrong',
    (one) => {
      expect(statuses(one.operation)).toEqual(expect.arrayContaining(['200', 'default']));
      if (one.parameters.length > 0) expect(statuses(one.operation)).toContain('400');
    },
  );

  it.each(operations.filter(({ method, service }) => method !== 'get' && service !== 'orchestrator'))(
    '$service $id: is a write, so it takes an Idempotency-Key and an order id and can say no',
    ({ id, operation, parameters }) => {
      expect(parameters.map(({ name, in: place, required }) => [name, place, required])).toEqual([
        ['orderId', 'path', true],
        ['Idempotency-Key', 'header', true],
      ]);
      expect(statuses(operation)).toContain('422');
      // Taking back always wins: it can only be told that its key is another's.
      expect(statuses(operation).includes('409')).toBe(!TAKES_BACK.includes(id));
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
  it.each(services)('of %s closes every object, so that a misspelt property is found', (service) => {
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

  it.each(services)('of %s has schemas that are schemas', (service) => {
    const ajv = new Ajv2020();
    const schemas = Object.entries(readDocument(service).components['schemas'] ?? {});
    const wrong = schemas.filter(([, schema]) => ajv.validateSchema(schema as object) !== true).map(([name]) => name);
    expect(schemas.length).toBeGreaterThan(0);
    expect(wrong).toEqual([]);
    expect(ajv.validateSchema({ type: 'strin' })).toBe(false);
  });

  it.each(services)('of %s can be compiled, and every operation is there under its id', (service) => {
    const { document, operations: compiled } = contractOf(service);
    expect(document.openapi).toBe('3.1.0');
    const ids = operations.filter((one) => one.service === service).map(({ id }) => id);
    expect([...compiled.keys()]).toEqual(ids);
    for (const operation of compiled.values())
      // Each schema is compiled at its first use: a broken reference would throw something else here.
      expect(() => operation.checkAnswer(200, 'nonsense')).toThrow(`${operation.id} answer 200 must be object`);
  });
});
