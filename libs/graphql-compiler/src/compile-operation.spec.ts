import { describe, expect, it } from '@jest/globals';
import { execute, getOperationAST, GraphQLError, isObjectType, parse, validate } from 'graphql';
import type { ExecutionResult, GraphQLResolveInfo } from 'graphql';
import { planOf } from './index.js';
import { comparableResult, fieldsOf, hostile, madeUpQuery, madeUpSchema, thrower } from './random-queries.fixture.js';

function operationOf(source: string) {
  const document = parse(source);
  const operation = getOperationAST(document);
  if (!operation) throw new Error('There is no operation');
  return { document, operation };
}

describe('a plan', () => {
  it.each(Array.from({ length: 40 }, (_, nth) => nth))(
    'answers as graphql-js does: 20 made-up queries, seed %i',
    async (seed) => {
      const schema = madeUpSchema();
      let planned = 0;
      for (let nth = 0; nth < 20; nth++) {
        const { source, root, variables: given } = madeUpQuery(schema, seed * 1_000 + nth);
        const { document, operation } = operationOf(source);
        if (validate(schema, document).some(({ message }) => !message.includes('is never used'))) continue;
        const plan = planOf(schema, document, operation);
        const variables = plan?.variables(given);
        if (!plan || !variables) throw new Error(`No plan for ${source}`);
        const expected = comparableResult(await execute({ schema, document, rootValue: root, variableValues: given }));
        expect({ source, ...comparableResult(await plan.execute(root, {}, variables)) }).toEqual({
          source,
          ...expected,
        });
        planned += 1;
      }
      expect(planned).toBeGreaterThan(5);
    },
  );

  it.each([
    ['a fragment that is spread twice', '{ ...F ...F } fragment F on Query { shop { size } }', {}],
    [
      'a field whose first place does not count',
      'query ($y: Boolean!) { shop { ...S } } fragment S on Shop { best @include(if: $y) { id } id best { name } }',
      { y: false },
    ],
    [
      'a fragment whose first spread does not count',
      'query ($y: Boolean!) { ...F @include(if: $y) text ...F } fragment F on Query { shop { size name } text }',
      { y: false },
    ],
  ])('answers in the order of the places that count, and names each place once: %s', async (_, source, given) => {
    const schema = madeUpSchema();
    const { document, operation } = operationOf(source);
    const root = { text: 'text', shop: { id: 's', size: null, best: { id: 'b', name: 5 } } };
    const plan = planOf(schema, document, operation);
    const variables = plan?.variables(given);
    const expected = await execute({ schema, document, rootValue: root, variableValues: given });
    expect(JSON.stringify(await plan?.execute(root, {}, variables ?? {}))).toBe(
      JSON.stringify({ data: expected.data, errors: expected.errors ?? [] }),
    );
  });

  it('leaves a condition that is null to graphql-js, whatever came before', async () => {
    const { document, operation } = operationOf('query ($no: Boolean = true) { shop { id @include(if: $no) } }');
    const plan = planOf(madeUpSchema(), document, operation);
    expect(plan?.variables({})).toEqual({ no: true });
    await plan?.execute({ shop: { id: 's' } }, {}, { no: true });
    expect(plan?.variables({ no: null })).toBeUndefined();
  });

  it('makes code for some combinations of conditions, and leaves more of them to graphql-js', () => {
    const names = ['a', 'b', 'c', 'd', 'e'];
    const source = `query (${names.map((name) => `$${name}: Boolean!`).join(' ')}) {
      ${names.map((name) => `${name}: text @include(if: $${name})`).join(' ')} }`;
    const { document, operation } = operationOf(source);
    const plan = planOf(madeUpSchema(), document, operation);
    const given = Array.from({ length: 32 }, (_, nth) =>
      Object.fromEntries(names.map((name, bit) => [name, (nth & (1 << bit)) !== 0])),
    );
    const planned = given.filter((variables) => plan?.variables(variables) !== undefined);
    expect(planned).toHaveLength(16);
    // Those that are known stay.
    expect(plan?.variables(planned[0] ?? {})).toEqual(planned[0]);
  });

  it('goes into a fragment once for each object, however often it is spread', () => {
    const chain = Array.from({ length: 60 }, (_, n) => `fragment f${n} on Query { ...f${n + 1} ...f${n + 1} }`);
    const { document, operation } = operationOf(`{ ...f0 } ${chain.join(' ')} fragment f60 on Query { text }`);
    expect(planOf(madeUpSchema(), document, operation)?.execute({ text: 'text' }, {}, {})).toEqual({
      data: { text: 'text' },
      errors: [],
    });
  });

  it('is not made of more fields than it may have', () => {
    const { document, operation } = operationOf('{ shop { id name size } }');
    expect(planOf(madeUpSchema(), document, operation, { maxFields: 4 })).toBeDefined();
    expect(planOf(madeUpSchema(), document, operation, { maxFields: 3 })).toBeUndefined();
  });

  it('is null at once when a field at its root is that may not be, and asks for nothing more', async () => {
    const schema = madeUpSchema();
    const asked: string[] = [];
    const never = new Promise<never>(() => undefined);
    const root = {
      shop: () => never,
      must: () => Promise.reject(new Error('no')),
      text: () => void asked.push('text'),
      shops: () => null,
    };
    const answers = async (source: string): Promise<string> => {
      const { document, operation } = operationOf(source);
      return JSON.stringify(await planOf(schema, document, operation)?.execute(root, {}, {}));
    };
    expect(await answers('{ shop { id } must { id } }')).toBe(
      '{"data":null,"errors":[{"message":"no","locations":[{"line":1,"column":15}],"path":["must"]}]}',
    );
    expect(await answers('{ shop { id } shops { id } text must { id } }')).toContain('non-nullable field Query.shops');
    expect(await answers('{ shops { id } text must { id } }')).toContain('non-nullable field Query.shops');
    expect(asked).toEqual([]);
  });

  const brokenList = new Proxy([{ id: 'a', name: 'A' }], {
    get: (items, name) => {
      if (name === '0') throw new Error('This list cannot be read');
      return Reflect.get(items, name) as unknown;
    },
  });

  it.each([
    ['a text in the place of an object', '{ shop { best { id } name } }', { best: 'text' }],
    ['a text whose length is a field', '{ shop { name items { length } } }', { items: ['four'] }],
    ['a getter that throws what is no Error', '{ shop { name size } }', { size: thrower('size', { no: 'Error' }) }],
    ['a value whose then throws', '{ shop { best { id } name } }', { best: hostile('best') }],
    ['a then that throws when it is called', '{ shop { name } }', { name: { then: thrower('then') } }],
    ['a list that cannot be read', '{ shop { name maybe { name } } }', { maybe: brokenList }],
    ['a function in the place of an object', '{ shop { best { id name } } }', { best: () => ({ id: 'b', name: 'B' }) }],
  ])('tells what is wrong where graphql-js does: %s', async (_, source, wrong: Readonly<Record<string, unknown>>) => {
    const schema = madeUpSchema();
    const { document, operation } = operationOf(source);
    const shop = { id: 's', name: 'Shop', size: 5, ...wrong };
    if (typeof wrong['size'] === 'function') Object.defineProperty(shop, 'size', { get: wrong['size'] as () => never });
    const expected = await execute({ schema, document, rootValue: { shop } });
    const actual = await planOf(schema, document, operation)?.execute({ shop }, {}, {});
    expect(JSON.stringify(actual)).toBe(JSON.stringify({ data: expected.data, errors: expected.errors ?? [] }));
  });

  it('asks resolvers with the arguments, the context and the place that graphql-js gives them', async () => {
    const schema = madeUpSchema();
    const seen: unknown[] = [];
    const watch = (name: string) => (source: unknown, args: object, context: unknown, info: GraphQLResolveInfo) => {
      const { fieldName, parentType, returnType, path, variableValues, operation, fieldNodes, rootValue } = info;
      const where = [fieldName, String(parentType), String(returnType), path, variableValues, rootValue];
      seen.push([name, args, context, where, operation.name?.value, fieldNodes.map(({ name: { value } }) => value)]);
      return (source as Record<string, unknown> | undefined)?.[name] ?? { items: [{ shop: {} }, { shop: {} }] };
    };
    const shop = schema.getQueryType()?.getFields()['shop'];
    const item = fieldsOf(schema, 'Item');
    Object.assign(shop ?? {}, { resolve: watch('shop') });
    Object.assign(item['shop'] ?? {}, { resolve: watch('shop') });
    const { document, operation } = operationOf(
      'query Named($n: Int, $c: [Colour!]) { shop(first: $n, filter: { colours: $c, deep: {} }) { items { inner: shop { id } } } }',
    );
    const variables = { n: 5, c: ['RED'] };
    const plan = planOf(schema, document, operation);
    await plan?.execute('root', 'context', plan.variables(variables) ?? {});
    const mine = seen.splice(0);
    await execute({ schema, document, rootValue: 'root', contextValue: 'context', variableValues: variables });
    expect(JSON.stringify(mine)).toBe(JSON.stringify(seen));
    expect(mine).toHaveLength(3);
  });

  it('gives each resolver arguments of its own', async () => {
    const schema = madeUpSchema();
    const given: object[] = [];
    Object.assign(schema.getQueryType()?.getFields()['shop'] ?? {}, {
      resolve: (_: unknown, args: Record<string, unknown>) => {
        given.push({ ...args });
        args['first'] = 'spoilt';
        return null;
      },
    });
    const { document, operation } = operationOf(
      '{ a: shop { id } b: shop(first: 7, filter: { colours: [RED] }) { id } }',
    );
    const plan = planOf(schema, document, operation);
    for (let nth = 0; nth < 2; nth++) await plan?.execute({}, {}, {});
    expect(given).toEqual([...Array(2)].flatMap(() => [{ first: 2 }, { first: 7, filter: { colours: ['RED'] } }]));
  });

  it('has no wrong variables', () => {
    const schema = madeUpSchema();
    const { document, operation } = operationOf('query ($n: Int!) { shop(first: $n) { id } }');
    const plan = planOf(schema, document, operation);
    expect(plan?.variables({ n: 'x' })).toBeUndefined();
    expect(plan?.variables()).toBeUndefined();
    expect(plan?.variables({ n: 1, more: 2 })).toEqual({ n: 1 });
  });

  it.each([
    ['a type that turns out later', '{ either { __typename } }'],
    ['what is deferred', '{ shop { id ... @defer { name } } }'],
    ['a question about the schema', '{ __schema { types { name } } }'],
    ['what an object descends from', '{ __proto__: text }'],
  ])('is not made of %s', (_, source) => {
    const { document, operation } = operationOf(source);
    expect(planOf(madeUpSchema(), document, operation)).toBeUndefined();
  });

  it.each([
    ['an error', new Error('The catalog is away')],
    ['an error with a code', new GraphQLError('The catalog is away', { extensions: { code: 'AWAY' } })],
    ['an error that says where it was', new GraphQLError('The catalog is away', { path: ['elsewhere'] })],
  ])('tells one trouble of many items at the place of each, as graphql-js does: %s', async (_, trouble) => {
    const schema = madeUpSchema();
    const item = schema.getType('Item');
    if (!isObjectType(item)) throw new Error('There is no Item');
    const away = (): never => {
      throw trouble;
    };
    Object.assign(item.getFields()['price'] ?? {}, { resolve: away });
    Object.assign(item.getFields()['shop'] ?? {}, { resolve: away });
    const source = '{ shop { items { id price { amount } shop { id } } } }';
    const { document, operation } = operationOf(source);
    const root = { shop: { id: 's', items: [{ id: '1' }, { id: '2' }, { id: '3' }] } };
    const seen = ({ errors = [] }: ExecutionResult) =>
      errors
        .map((error) => [
          ...[
            JSON.stringify(error),
            String(error),
            error instanceof GraphQLError,
            error === trouble,
            error.originalError,
          ],
          ...[error.nodes?.map(({ loc }) => loc?.start), error.positions, error.stack, error.name],
        ])
        .sort();
    const expected = seen(await execute({ schema, document, rootValue: root }));
    expect(expected).toHaveLength(6);
    expect(seen((await planOf(schema, document, operation)?.execute(root, {}, {})) ?? {})).toEqual(expected);
  });

  it('does not ask a resolver of which it is told that it reads a property', async () => {
    const schema = madeUpSchema();
    Object.assign(schema.getQueryType()?.getFields()['text'] ?? {}, { resolve: () => 'asked' });
    const { document, operation } = operationOf('{ text }');
    const plan = planOf(schema, document, operation, { propertyOf: (type, { name }) => `${type.name}_${name}` });
    expect(await plan?.execute({ Query_text: 'read' }, {}, {})).toEqual({ data: { text: 'read' }, errors: [] });
  });
});
