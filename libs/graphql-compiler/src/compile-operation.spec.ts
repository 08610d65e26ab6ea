import { describe, expect, it } from '@jest/globals';
import { execute, getOperationAST, GraphQLError, isObjectType, parse, validate } from 'graphql';
import type { ExecutionResult, GraphQLResolveInfo } from 'graphql';
import { compileOperation } from './index.js';
import {
  buildTestSchema,
  createHostileThenable,
  createThrower,
  generateQuery,
  getFields,
  toComparableResult,
} from './random-queries.js';

function parseOperation(source: string) {
  const document = parse(source);
  const operation = getOperationAST(document);
  if (!operation) throw new Error('The source has no operation');
  return { document, operation };
}

describe('a compiled operation', () => {
  it.each(Array.from({ length: 40 }, (_, nth) => nth))(
    'responds as graphql-js does: 20 random queries, seed %i',
    async (seed) => {
      const schema = buildTestSchema();
      let compared = 0;
      for (let nth = 0; nth < 20; nth++) {
        const { source, root, variables: given } = generateQuery(schema, seed * 1_000 + nth);
        const { document, operation } = parseOperation(source);
        if (validate(schema, document).some(({ message }) => !message.includes('is never used'))) continue;
        const compiled = compileOperation(schema, document, operation);
        const variables = compiled?.coerceVariables(given);
        if (!compiled || !variables) throw new Error(`Not compiled: ${source}`);
        const expected = toComparableResult(
          await execute({ schema, document, rootValue: root, variableValues: given }),
        );
        expect({ source, ...toComparableResult(await compiled.execute(root, {}, variables)) }).toEqual({
          source,
          ...expected,
        });
        compared += 1;
      }
      expect(compared).toBeGreaterThan(5);
    },
  );

  it.each([
    ['a fragment that is spread twice', '{ ...F ...F } fragment F on Query { shop { size } }', {}],
    [
      'a field whose first selection is not included',
      'query ($y: Boolean!) { shop { ...S } } fragment S on Shop { best @include(if: $y) { id } id best { name } }',
      { y: false },
    ],
    [
      'a fragment whose first spread is not included',
      'query ($y: Boolean!) { ...F @include(if: $y) text ...F } fragment F on Query { shop { size name } text }',
      { y: false },
    ],
  ])(
    'has the fields of included selections, in their order, and names each location once: %s',
    async (_, source, given) => {
      const schema = buildTestSchema();
      const { document, operation } = parseOperation(source);
      const root = { text: 'text', shop: { id: 's', size: null, best: { id: 'b', name: 5 } } };
      const compiled = compileOperation(schema, document, operation);
      const variables = compiled?.coerceVariables(given);
      const expected = await execute({ schema, document, rootValue: root, variableValues: given });
      expect(JSON.stringify(await compiled?.execute(root, {}, variables ?? {}))).toBe(
        JSON.stringify({ data: expected.data, errors: expected.errors ?? [] }),
      );
    },
  );

  it('falls back to graphql-js for a condition that is null, also after others were compiled', async () => {
    const { document, operation } = parseOperation('query ($no: Boolean = true) { shop { id @include(if: $no) } }');
    const compiled = compileOperation(buildTestSchema(), document, operation);
    expect(compiled?.coerceVariables({})).toEqual({ no: true });
    await compiled?.execute({ shop: { id: 's' } }, {}, { no: true });
    expect(compiled?.coerceVariables({ no: null })).toBeUndefined();
  });

  it('compiles a limited number of combinations of conditions, and falls back to graphql-js for others', () => {
    const names = ['a', 'b', 'c', 'd', 'e'];
    const source = `query (${names.map((name) => `$${name}: Boolean!`).join(' ')}) {
      ${names.map((name) => `${name}: text @include(if: $${name})`).join(' ')} }`;
    const { document, operation } = parseOperation(source);
    const compiled = compileOperation(buildTestSchema(), document, operation);
    const given = Array.from({ length: 32 }, (_, nth) =>
      Object.fromEntries(names.map((name, bit) => [name, (nth & (1 << bit)) !== 0])),
    );
    const accepted = given.filter((variables) => compiled?.coerceVariables(variables) !== undefined);
    expect(accepted).toHaveLength(16);
    // What has been compiled stays.
    expect(compiled?.coerceVariables(accepted[0] ?? {})).toEqual(accepted[0]);
  });

  it('collects a fragment once for each object, however many times it is spread', () => {
    const chain = Array.from({ length: 60 }, (_, n) => `fragment f${n} on Query { ...f${n + 1} ...f${n + 1} }`);
    const { document, operation } = parseOperation(`{ ...f0 } ${chain.join(' ')} fragment f60 on Query { text }`);
    expect(compileOperation(buildTestSchema(), document, operation)?.execute({ text: 'text' }, {}, {})).toEqual({
      data: { text: 'text' },
      errors: [],
    });
  });

  it('is not created for more fields than its maximum', () => {
    const { document, operation } = parseOperation('{ shop { id name size } }');
    expect(compileOperation(buildTestSchema(), document, operation, { maxFields: 4 })).toBeDefined();
    expect(compileOperation(buildTestSchema(), document, operation, { maxFields: 3 })).toBeUndefined();
  });

  it('is null immediately when a non-null field of its root is null, and calls no more resolvers', async () => {
    const schema = buildTestSchema();
    const called: string[] = [];
    const never = new Promise<never>(() => undefined);
    const root = {
      shop: () => never,
      must: () => Promise.reject(new Error('no')),
      text: () => void called.push('text'),
      shops: () => null,
    };
    const respond = async (source: string): Promise<string> => {
      const { document, operation } = parseOperation(source);
      return JSON.stringify(await compileOperation(schema, document, operation)?.execute(root, {}, {}));
    };
    expect(await respond('{ shop { id } must { id } }')).toBe(
      '{"data":null,"errors":[{"message":"no","locations":[{"line":1,"column":15}],"path":["must"]}]}',
    );
    expect(await respond('{ shop { id } shops { id } text must { id } }')).toContain('non-nullable field Query.shops');
    expect(await respond('{ shops { id } text must { id } }')).toContain('non-nullable field Query.shops');
    expect(called).toEqual([]);
  });

  const brokenList = new Proxy([{ id: 'a', name: 'A' }], {
    get: (items, name) => {
      if (name === '0') throw new Error('This list cannot be read');
      return Reflect.get(items, name) as unknown;
    },
  });

  it.each([
    ['a string in place of an object', '{ shop { best { id } name } }', { best: 'text' }],
    ['a string whose length is a field', '{ shop { name items { length } } }', { items: ['four'] }],
    [
      'a getter that throws something other than an Error',
      '{ shop { name size } }',
      { size: createThrower('size', { no: 'Error' }) },
    ],
    [
      'a value whose then is a getter that throws',
      '{ shop { best { id } name } }',
      { best: createHostileThenable('best') },
    ],
    ['a then that throws when it is called', '{ shop { name } }', { name: { then: createThrower('then') } }],
    ['a list that cannot be read', '{ shop { name maybe { name } } }', { maybe: brokenList }],
    ['a function in place of an object', '{ shop { best { id name } } }', { best: () => ({ id: 'b', name: 'B' }) }],
  ])('reports the errors that graphql-js reports: %s', async (_, source, wrong: Readonly<Record<string, unknown>>) => {
    const schema = buildTestSchema();
    const { document, operation } = parseOperation(source);
    const shop = { id: 's', name: 'Shop', size: 5, ...wrong };
    if (typeof wrong['size'] === 'function') Object.defineProperty(shop, 'size', { get: wrong['size'] as () => never });
    const expected = await execute({ schema, document, rootValue: { shop } });
    const actual = await compileOperation(schema, document, operation)?.execute({ shop }, {}, {});
    expect(JSON.stringify(actual)).toBe(JSON.stringify({ data: expected.data, errors: expected.errors ?? [] }));
  });

  it('passes resolvers the arguments, context and info that graphql-js passes', async () => {
    const schema = buildTestSchema();
    const seen: unknown[] = [];
    const recordCall =
      (name: string) => (source: unknown, args: object, context: unknown, info: GraphQLResolveInfo) => {
        const { fieldName, parentType, returnType, path, variableValues, operation, fieldNodes, rootValue } = info;
        const details = [fieldName, String(parentType), String(returnType), path, variableValues, rootValue];
        seen.push([
          name,
          args,
          context,
          details,
          operation.name?.value,
          fieldNodes.map(({ name: { value } }) => value),
        ]);
        return (source as Record<string, unknown> | undefined)?.[name] ?? { items: [{ shop: {} }, { shop: {} }] };
      };
    const shop = schema.getQueryType()?.getFields()['shop'];
    const item = getFields(schema, 'Item');
    Object.assign(shop ?? {}, { resolve: recordCall('shop') });
    Object.assign(item['shop'] ?? {}, { resolve: recordCall('shop') });
    const { document, operation } = parseOperation(
      'query Named($n: Int, $c: [Colour!]) { shop(first: $n, filter: { colours: $c, deep: {} }) { items { inner: shop { id } } } }',
    );
    const variables = { n: 5, c: ['RED'] };
    const compiled = compileOperation(schema, document, operation);
    await compiled?.execute('root', 'context', compiled.coerceVariables(variables) ?? {});
    const actual = seen.splice(0);
    await execute({ schema, document, rootValue: 'root', contextValue: 'context', variableValues: variables });
    expect(JSON.stringify(actual)).toBe(JSON.stringify(seen));
    expect(actual).toHaveLength(3);
  });

  it('passes each call of a resolver a copy of the arguments', async () => {
    const schema = buildTestSchema();
    const given: object[] = [];
    Object.assign(schema.getQueryType()?.getFields()['shop'] ?? {}, {
      resolve: (_: unknown, args: Record<string, unknown>) => {
        given.push({ ...args });
        args['first'] = 'spoilt';
        return null;
      },
    });
    const { document, operation } = parseOperation(
      '{ a: shop { id } b: shop(first: 7, filter: { colours: [RED] }) { id } }',
    );
    const compiled = compileOperation(schema, document, operation);
    for (let nth = 0; nth < 2; nth++) await compiled?.execute({}, {}, {});
    expect(given).toEqual([...Array(2)].flatMap(() => [{ first: 2 }, { first: 7, filter: { colours: ['RED'] } }]));
  });

  it('rejects invalid variables', () => {
    const schema = buildTestSchema();
    const { document, operation } = parseOperation('query ($n: Int!) { shop(first: $n) { id } }');
    const compiled = compileOperation(schema, document, operation);
    expect(compiled?.coerceVariables({ n: 'x' })).toBeUndefined();
    expect(compiled?.coerceVariables()).toBeUndefined();
    expect(compiled?.coerceVariables({ n: 1, more: 2 })).toEqual({ n: 1 });
  });

  it.each([
    ['an abstract type', '{ either { __typename } }'],
    ['@defer', '{ shop { id ... @defer { name } } }'],
    ['introspection', '{ __schema { types { name } } }'],
    ['a field __proto__', '{ __proto__: text }'],
  ])('is not created for %s', (_, source) => {
    const { document, operation } = parseOperation(source);
    expect(compileOperation(buildTestSchema(), document, operation)).toBeUndefined();
  });

  it.each([
    ['an error', new Error('The catalog is down')],
    ['an error with a code', new GraphQLError('The catalog is down', { extensions: { code: 'DOWN' } })],
    ['an error that has a path already', new GraphQLError('The catalog is down', { path: ['elsewhere'] })],
  ])('reports one error of many items with the path of each, as graphql-js does: %s', async (_, thrown) => {
    const schema = buildTestSchema();
    const item = schema.getType('Item');
    if (!isObjectType(item)) throw new Error('Item is not an object type');
    const fail = (): never => {
      throw thrown;
    };
    Object.assign(item.getFields()['price'] ?? {}, { resolve: fail });
    Object.assign(item.getFields()['shop'] ?? {}, { resolve: fail });
    const source = '{ shop { items { id price { amount } shop { id } } } }';
    const { document, operation } = parseOperation(source);
    const root = { shop: { id: 's', items: [{ id: '1' }, { id: '2' }, { id: '3' }] } };
    const describeErrors = ({ errors = [] }: ExecutionResult) =>
      errors
        .map((error) => [
          JSON.stringify(error),
          String(error),
          error instanceof GraphQLError,
          error === thrown,
          error.originalError,
          error.nodes?.map(({ loc }) => loc?.start),
          error.positions,
          error.stack,
          error.name,
        ])
        .sort();
    const expected = describeErrors(await execute({ schema, document, rootValue: root }));
    expect(expected).toHaveLength(6);
    expect(describeErrors((await compileOperation(schema, document, operation)?.execute(root, {}, {})) ?? {})).toEqual(
      expected,
    );
  });

  it('reads the property that findProperty returns, without calling the resolver', async () => {
    const schema = buildTestSchema();
    Object.assign(schema.getQueryType()?.getFields()['text'] ?? {}, { resolve: () => 'called' });
    const { document, operation } = parseOperation('{ text }');
    const compiled = compileOperation(schema, document, operation, {
      findProperty: (type, { name }) => `${type.name}_${name}`,
    });
    expect(await compiled?.execute({ Query_text: 'read' }, {}, {})).toEqual({ data: { text: 'read' }, errors: [] });
  });
});
