import { describe, expect, it } from '@jest/globals';
import { buildSchema, execute, getOperationAST, GraphQLError, isObjectType, parse, validate } from 'graphql';
import type { ExecutionResult, GraphQLField, GraphQLResolveInfo, GraphQLSchema } from 'graphql';
import { planOf } from './index.js';

/** Everything that a page's schema may hold; what it comes to, the data says. */
const SDL = `
  scalar Time
  enum Colour { RED GREEN BLUE }
  type Query {
    shop(first: Int = 2, filter: Filter): Shop
    must: Shop!
    shops: [Shop!]!
    either: Either
    text: String
  }
  input Filter { colours: [Colour!], deep: Filter }
  union Either = Shop | Item
  type Shop {
    id: ID!  name: String  size: Int!  rating: Float  open: Boolean  since: Time  colour: Colour
    items(first: Int = 3): [Item!]  maybe: [Item]  grid: [[Int!]!]  best: Item  sure: Item!
  }
  type Item { id: ID!  name: String!  price: Money  tags: [String!]!  shop: Shop  colour: Colour! }
  type Money { amount: String!  currency: String! }
`;

/** Numbers that look random and are the same in every run. */
class Dice {
  constructor(private state: number) {}

  below(sides: number): number {
    this.state = (Math.imul(this.state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((this.state / 2 ** 32) * sides);
  }

  of<T>(things: readonly T[]): T {
    return things[this.below(things.length)] as T;
  }
}

const SCALARS: Readonly<Record<string, readonly unknown[]>> = {
  ID: ['a', 7, '', 12.5, null],
  String: ['text', '', 'ümläut "quoted"', 5, true, null, undefined, { no: 'text' }],
  Int: [0, -1, 2_147_483_647, 2_147_483_648, 1.5, '12', 'x', null, NaN],
  Float: [0.5, 3, Infinity, '2.5', 'x', null],
  Boolean: [true, false, 1, 'x', null],
  Time: ['2026-01-02T03:04:05.000Z', new Date(0), 'never', null],
  Colour: ['RED', 'GREEN', 'PINK', 3, null],
};

/** What the values of an answer may be besides right. */
interface Ways {
  readonly promises: boolean;
  readonly trouble: boolean;
}

/** Makes what resolvers give. */
class Data {
  constructor(
    private readonly schema: GraphQLSchema,
    private readonly dice: Dice,
    /** In lists one of both: graphql-js itself forgets rejections there once another item has thrown. */
    private readonly inLists: Ways,
  ) {}

  /** Right nearly always: else null, of another kind, an error, a promise, or the rejection of one. */
  private value(type: string, depth: number, ways: Ways): unknown {
    const way = this.dice.below(40);
    if (ways.trouble && way === 0) return new Error(`no ${type}`);
    if (ways.trouble && way === 1) return null;
    if (ways.trouble && way === 2) return 'something else';
    if (ways.trouble && ways.promises && way === 3) return late(type);
    const value = this.right(type, depth, ways);
    return ways.promises && way < 10 ? Promise.resolve(value) : value;
  }

  private right(type: string, depth: number, ways: Ways): unknown {
    if (type.endsWith('!')) return this.right(type.slice(0, -1), depth, ways);
    if (type.startsWith('['))
      return Array.from({ length: this.dice.below(4) }, () => this.value(type.slice(1, -1), depth, this.inLists));
    const scalars = SCALARS[type];
    if (scalars) return ways.trouble && this.dice.below(8) === 0 ? this.dice.of(scalars) : scalars[0];
    return this.object(type === 'Either' ? 'Item' : type, depth + 1, ways);
  }

  /** An object whose fields come in all the ways that a resolver may give them: as properties, getters and functions. */
  object(type: string, depth = 0, ways: Ways = { promises: true, trouble: true }): object {
    const object: Record<string, unknown> = {};
    for (const [name, field] of Object.entries(fieldsOf(this.schema, type))) {
      // Nobody asks deeper than this.
      if (depth > 4 && /Shop|Item/.test(String(field.type))) continue;
      const value = this.value(String(field.type), depth, ways);
      const way = this.dice.below(12);
      if (way === 0) object[name] = () => value;
      else if (way === 1 && ways.trouble) Object.defineProperty(object, name, { get: thrower(name) });
      else object[name] = value;
    }
    return object;
  }
}

function thrower(name: string): () => never {
  return () => {
    throw new Error(`${name} cannot be read`);
  };
}

/** Not everything that is there is asked for. */
function late(type: string): Promise<never> {
  const rejection = Promise.reject(new GraphQLError(`late ${type}`, { extensions: { code: 'LATE' } }));
  rejection.catch(() => undefined);
  return rejection;
}

function fieldsOf(schema: GraphQLSchema, type: string): Record<string, GraphQLField<unknown, unknown>> {
  const named = schema.getType(type);
  return isObjectType(named) ? named.getFields() : {};
}

/** A selection of a type, with aliases, arguments, fragments, conditions and fields that come twice. */
function selectionOf(schema: GraphQLSchema, type: string, dice: Dice, depth: number): string {
  const fields = fieldsOf(schema, type);
  const names = Object.keys(fields).filter((name) => name !== 'either');
  const parts = Array.from({ length: 1 + dice.below(6) }, () => {
    const name = dice.of(names);
    const field = fields[name];
    const bare = String(field?.type).replaceAll(/[![\]]/g, '');
    const composite = bare in SCALARS ? undefined : bare;
    if (composite !== undefined && depth > 3) return '__typename';
    const below = composite === undefined ? '' : selectionOf(schema, composite, dice, depth + 1);
    const condition = dice.of([
      '',
      '',
      '',
      '@include(if: $yes)',
      '@skip(if: $no)',
      '@skip(if: $yes)',
      '@include(if: false)',
    ]);
    const first =
      name === 'items' || name === 'shop' ? (field?.args.length ? dice.of(['', '(first: 1)', '(first: $n)']) : '') : '';
    // The same key never stands for different arguments.
    const key = `${name}${first.replaceAll(/\W/g, '')}${dice.of(['', '', 'Again'])}: `;
    const text = `${key}${name}${first} ${condition} ${below}`;
    return dice.of([
      text,
      text,
      `... on ${type} ${condition} { ${text} }`,
      `... @include(if: $yes) { ${text} __typename }`,
    ]);
  });
  return `{ ${parts.join(' ')} }`;
}

function schemaOf(): GraphQLSchema {
  const schema = buildSchema(SDL);
  Object.assign(schema.getType('Time') ?? {}, {
    serialize: (value: unknown) => new Date(value as string).toISOString(),
  });
  return schema;
}

/**
 * Errors in the order of their places: which of two comes first is nobody's promise. Neither is which are told from below what
 * was made null as a whole: graphql-js stops there at the first one.
 */
function told({ data, errors = [] }: ExecutionResult): object {
  const plain = JSON.parse(JSON.stringify(data ?? null)) as unknown;
  const places = errors.map((error) => {
    const gone = goneAt(plain, error.path ?? []);
    return gone.length < (error.path?.length ?? 0) ? `gone: ${gone.join('.')}` : JSON.stringify(error);
  });
  return { data: plain, errors: [...new Set(places)].sort() };
}

/** The way to where the data ends. */
function goneAt(data: unknown, path: readonly (string | number)[]): readonly (string | number)[] {
  let at = data;
  for (const [nth, key] of path.entries()) {
    if (at === null || at === undefined) return path.slice(0, nth);
    at = (at as Readonly<Record<string | number, unknown>>)[key];
  }
  return path;
}

const VARIABLES = { yes: true, no: false, n: 2 };

function operationOf(source: string) {
  const document = parse(source);
  const operation = getOperationAST(document);
  if (!operation) throw new Error('There is no operation');
  return { document, operation };
}

describe('a plan', () => {
  it.each(Array.from({ length: 60 }, (_, nth) => nth))(
    'answers as graphql-js does: 20 made-up queries, seed %i',
    async (seed) => {
      const schema = schemaOf();
      let planned = 0;
      for (let nth = 0; nth < 20; nth++) {
        const dice = new Dice(seed * 1_000 + nth);
        const source = `query ($yes: Boolean!, $no: Boolean! = false, $n: Int) ${selectionOf(schema, 'Query', dice, 0)}`;
        const { document, operation } = operationOf(source);
        if (validate(schema, document).some(({ message }) => !message.includes('is never used'))) continue;
        const promises = dice.below(2) === 0;
        const root = new Data(schema, dice, { promises, trouble: !promises }).object('Query');
        const plan = planOf(schema, document, operation);
        const variables = plan?.variables(VARIABLES);
        if (!plan || !variables) throw new Error(`No plan for ${source}`);
        const expected = told(await execute({ schema, document, rootValue: root, variableValues: VARIABLES }));
        expect({ source, ...told(await plan.execute(root, {}, variables)) }).toEqual({
          source,
          ...expected,
        });
        planned += 1;
      }
      expect(planned).toBeGreaterThan(5);
    },
  );

  it('asks resolvers with the arguments, the context and the place that graphql-js gives them', async () => {
    const schema = schemaOf();
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
    const schema = schemaOf();
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
    const schema = schemaOf();
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
    expect(planOf(schemaOf(), document, operation)).toBeUndefined();
  });

  it.each([
    ['an error', new Error('The catalog is away')],
    ['an error with a code', new GraphQLError('The catalog is away', { extensions: { code: 'AWAY' } })],
    ['an error that says where it was', new GraphQLError('The catalog is away', { path: ['elsewhere'] })],
  ])('tells one trouble of many items at the place of each, as graphql-js does: %s', async (_, trouble) => {
    const schema = schemaOf();
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
    const schema = schemaOf();
    Object.assign(schema.getQueryType()?.getFields()['text'] ?? {}, { resolve: () => 'asked' });
    const { document, operation } = operationOf('{ text }');
    const plan = planOf(schema, document, operation, { propertyOf: (type, { name }) => `${type.name}_${name}` });
    expect(await plan?.execute({ Query_text: 'read' }, {}, {})).toEqual({ data: { text: 'read' }, errors: [] });
  });
});
