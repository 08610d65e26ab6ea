import { buildSchema, GraphQLError, isObjectType } from 'graphql';
import type { ExecutionResult, GraphQLField, GraphQLSchema } from 'graphql';

/** Every kind of type that the schema of a BFF may have. */
export const TEST_SDL = `
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
  type Item { id: ID!  length: Int  name: String!  price: Money  tags: [String!]!  shop: Shop  colour: Colour! }
  type Money { amount: String!  currency: String! }
`;

/** Random numbers that are the same for the same seed. */
class SeededRandom {
  constructor(private state: number) {}

  nextBelow(limit: number): number {
    this.state = (Math.imul(this.state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((this.state / 2 ** 32) * limit);
  }

  pick<T>(values: readonly T[]): T {
    return values[this.nextBelow(values.length)] as T;
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

/** Which values may be generated besides valid ones. */
interface ValueKinds {
  readonly promises: boolean;
  readonly failures: boolean;
}

/** Generates what resolvers return. */
class RandomData {
  constructor(
    private readonly schema: GraphQLSchema,
    private readonly random: SeededRandom,
    /** In lists only one of the two: graphql-js itself drops rejections there once another item has thrown. */
    private readonly inLists: ValueKinds,
  ) {}

  /** Nearly always valid; otherwise null, of another type, an error, a promise or a rejected one. */
  private generateValue(type: string, depth: number, kinds: ValueKinds): unknown {
    const way = this.random.nextBelow(40);
    if (kinds.failures && way === 0) return new Error(`no ${type}`);
    if (kinds.failures && way === 1) return null;
    if (kinds.failures && way === 2) return 'something else';
    if (kinds.failures && way === 4) return createHostileThenable(type);
    if (kinds.failures && kinds.promises && way === 3) return createRejection(type);
    const value = this.generateValid(type, depth, kinds);
    return kinds.promises && way < 10 ? Promise.resolve(value) : value;
  }

  private generateValid(type: string, depth: number, kinds: ValueKinds): unknown {
    if (type.endsWith('!')) return this.generateValid(type.slice(0, -1), depth, kinds);
    if (type.startsWith('['))
      return Array.from({ length: this.random.nextBelow(4) }, () =>
        this.generateValue(type.slice(1, -1), depth, this.inLists),
      );
    const scalars = SCALARS[type];
    if (scalars) return kinds.failures && this.random.nextBelow(8) === 0 ? this.random.pick(scalars) : scalars[0];
    return this.generateObject(type === 'Either' ? 'Item' : type, depth + 1, kinds);
  }

  /** An object with fields of every kind: properties, getters and functions. */
  generateObject(type: string, depth = 0, kinds: ValueKinds = { promises: true, failures: true }): object {
    const object: Record<string, unknown> = {};
    for (const [name, field] of Object.entries(getFields(this.schema, type))) {
      // The queries select nothing deeper.
      if (depth > 4 && /Shop|Item/.test(String(field.type))) continue;
      const value = this.generateValue(String(field.type), depth, kinds);
      const way = this.random.nextBelow(12);
      if (way === 0) object[name] = () => value;
      else if (way === 1 && kinds.failures) Object.defineProperty(object, name, { get: createThrower(name) });
      else if (way === 2 && kinds.failures)
        Object.defineProperty(object, name, { get: createThrower(name, 'not an Error') });
      else object[name] = value;
    }
    return object;
  }
}

export function createThrower(name: string, thrown: unknown = new Error(`${name} cannot be read`)): () => never {
  return () => {
    throw thrown;
  };
}

/** Looks like a promise until its `then` is read. */
export function createHostileThenable(type: string): object {
  return Object.defineProperty({}, 'then', { get: createThrower(`then of ${type}`) });
}

function createRejection(type: string): Promise<never> {
  const rejection = Promise.reject(new GraphQLError(`late ${type}`, { extensions: { code: 'LATE' } }));
  // The query may not select the field: then nothing handles the rejection.
  rejection.catch(() => undefined);
  return rejection;
}

export function getFields(schema: GraphQLSchema, type: string): Record<string, GraphQLField<unknown, unknown>> {
  const named = schema.getType(type);
  return isObjectType(named) ? named.getFields() : {};
}

const LITERALS = ['@include(if: false)', '@skip(if: false) @include(if: $no)'];

/** A fragment of each type, without a cycle, so that it may be spread anywhere. */
const FRAGMENTS = `
  fragment QueryFragment on Query { __typename text @skip(if: $no) shop { size ...ShopFragment } }
  fragment ShopFragment on Shop { size id @include(if: $yes) best { ...ItemFragment @skip(if: $no) name } }
  fragment ItemFragment on Item { name price { ...MoneyFragment currency } id }
  fragment MoneyFragment on Money { currency @include(if: $no) amount }`;

/** A selection set with aliases, arguments, fragments, conditions and repeated fields. */
function generateSelectionSet(schema: GraphQLSchema, type: string, random: SeededRandom, depth: number): string {
  const fields = getFields(schema, type);
  const names = Object.keys(fields).filter((name) => name !== 'either');
  const parts = Array.from({ length: 1 + random.nextBelow(6) }, () => {
    const name = random.pick(names);
    const field = fields[name];
    const bare = String(field?.type).replaceAll(/[![\]]/g, '');
    const composite = bare in SCALARS ? undefined : bare;
    if (composite !== undefined && depth > 3) return '__typename';
    const below = composite === undefined ? '' : generateSelectionSet(schema, composite, random, depth + 1);
    const condition = random.pick(['', '', '', '@include(if: $yes)', '@skip(if: $no)', '@skip(if: $yes)', ...LITERALS]);
    const first =
      name === 'items' || name === 'shop'
        ? field?.args.length
          ? random.pick(['', '(first: 1)', '(first: $n)'])
          : ''
        : '';
    // One response key never stands for different arguments.
    const key = `${name}${first.replaceAll(/\W/g, '')}${random.pick(['', '', 'Again'])}: `;
    const text = `${key}${name}${first} ${condition} ${below}`;
    return random.pick([
      text,
      text,
      `... on ${type} ${condition} { ${text} }`,
      `... @include(if: $yes) { ${text} __typename }`,
      `...${type}Fragment ${condition}`,
    ]);
  });
  return `{ ${parts.join(' ')} }`;
}

export function buildTestSchema(): GraphQLSchema {
  const schema = buildSchema(TEST_SDL);
  Object.assign(schema.getType('Time') ?? {}, {
    serialize: (value: unknown) => new Date(value as string).toISOString(),
  });
  return schema;
}

/**
 * A result without what the specification leaves open: the order of errors, and which errors are reported below a value that became
 * null as a whole (graphql-js stops there at the first).
 */
export function toComparableResult({ data, errors = [] }: ExecutionResult): {
  readonly data: string;
  readonly errors: readonly string[];
} {
  const text = JSON.stringify(data ?? null);
  const plain = JSON.parse(text) as unknown;
  const comparable = errors.map((error) => {
    const path = findNullPath(plain, error.path ?? []);
    return path.length < (error.path?.length ?? 0) ? `null: ${path.join('.')}` : JSON.stringify(error);
  });
  return { data: text, errors: [...new Set(comparable)].sort() };
}

/** The part of the path that leads to a null. */
function findNullPath(data: unknown, path: readonly (string | number)[]): readonly (string | number)[] {
  let at = data;
  for (const [nth, key] of path.entries()) {
    if (at === null || at === undefined) return path.slice(0, nth);
    at = (at as Readonly<Record<string | number, unknown>>)[key];
  }
  return path;
}

/** A query, its variables, and the data that resolvers return for it. */
export interface RandomQuery {
  readonly source: string;
  readonly root: object;
  readonly variables: Readonly<Record<string, unknown>>;
}

/** The same for the same seed. */
export function generateQuery(schema: GraphQLSchema, seed: number): RandomQuery {
  const random = new SeededRandom(seed);
  const source = `query ($yes: Boolean!, $no: Boolean! = false, $n: Int) ${generateSelectionSet(schema, 'Query', random, 0)} ${FRAGMENTS}`;
  const variables = { yes: random.nextBelow(2) === 0, no: random.nextBelow(2) === 0, n: 2 };
  const promises = random.nextBelow(2) === 0;
  return {
    source,
    variables,
    root: new RandomData(schema, random, { promises, failures: !promises }).generateObject('Query'),
  };
}
