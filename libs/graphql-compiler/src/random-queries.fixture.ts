import { buildSchema, GraphQLError, isObjectType } from 'graphql';
import type { ExecutionResult, GraphQLField, GraphQLSchema } from 'graphql';

/** Everything that a page's schema may hold; what it comes to, the data says. */
export const MADE_UP_SDL = `
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
class MadeUpData {
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
    if (ways.trouble && way === 4) return hostile(type);
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
      else if (way === 2 && ways.trouble)
        Object.defineProperty(object, name, { get: thrower(name, 'no Error at all') });
      else object[name] = value;
    }
    return object;
  }
}

export function thrower(name: string, thrown: unknown = new Error(`${name} cannot be read`)): () => never {
  return () => {
    throw thrown;
  };
}

/** Looks like a promise, until it is asked. */
export function hostile(type: string): object {
  return Object.defineProperty({}, 'then', { get: thrower(`then of ${type}`) });
}

/** Not everything that is there is asked for. */
function late(type: string): Promise<never> {
  const rejection = Promise.reject(new GraphQLError(`late ${type}`, { extensions: { code: 'LATE' } }));
  rejection.catch(() => undefined);
  return rejection;
}

export function fieldsOf(schema: GraphQLSchema, type: string): Record<string, GraphQLField<unknown, unknown>> {
  const named = schema.getType(type);
  return isObjectType(named) ? named.getFields() : {};
}

const LITERALS = ['@include(if: false)', '@skip(if: false) @include(if: $no)'];

/** A fragment of each type: it may be spread anywhere, often, and in itself nowhere. */
const MADE_UP_FRAGMENTS = `
  fragment QueryFragment on Query { __typename text @skip(if: $no) shop { size ...ShopFragment } }
  fragment ShopFragment on Shop { size id @include(if: $yes) best { ...ItemFragment @skip(if: $no) name } }
  fragment ItemFragment on Item { name price { ...MoneyFragment currency } id }
  fragment MoneyFragment on Money { currency @include(if: $no) amount }`;

/** A selection of a type, with aliases, arguments, fragments, conditions and fields that come twice. */
function madeUpSelection(schema: GraphQLSchema, type: string, dice: Dice, depth: number): string {
  const fields = fieldsOf(schema, type);
  const names = Object.keys(fields).filter((name) => name !== 'either');
  const parts = Array.from({ length: 1 + dice.below(6) }, () => {
    const name = dice.of(names);
    const field = fields[name];
    const bare = String(field?.type).replaceAll(/[![\]]/g, '');
    const composite = bare in SCALARS ? undefined : bare;
    if (composite !== undefined && depth > 3) return '__typename';
    const below = composite === undefined ? '' : madeUpSelection(schema, composite, dice, depth + 1);
    const condition = dice.of(['', '', '', '@include(if: $yes)', '@skip(if: $no)', '@skip(if: $yes)', ...LITERALS]);
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
      `...${type}Fragment ${condition}`,
    ]);
  });
  return `{ ${parts.join(' ')} }`;
}

export function madeUpSchema(): GraphQLSchema {
  const schema = buildSchema(MADE_UP_SDL);
  Object.assign(schema.getType('Time') ?? {}, {
    serialize: (value: unknown) => new Date(value as string).toISOString(),
  });
  return schema;
}

/**
 * What a GraphQL answer comes to, comparable: errors in the order of their places, for which of two comes first is nobody's promise.
 * Neither is which are given from below what was made null as a whole: graphql-js stops there at the first one.
 */
export function comparableResult({ data, errors = [] }: ExecutionResult): {
  readonly data: string;
  readonly errors: readonly string[];
} {
  const text = JSON.stringify(data ?? null);
  const plain = JSON.parse(text) as unknown;
  const places = errors.map((error) => {
    const gone = goneAt(plain, error.path ?? []);
    return gone.length < (error.path?.length ?? 0) ? `gone: ${gone.join('.')}` : JSON.stringify(error);
  });
  return { data: text, errors: [...new Set(places)].sort() };
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

/** One made-up query, what answers it, and its variables. */
export interface MadeUpQuery {
  readonly source: string;
  readonly root: object;
  readonly variables: Readonly<Record<string, unknown>>;
}

/** The same for the same seed. */
export function madeUpQuery(schema: GraphQLSchema, seed: number): MadeUpQuery {
  const dice = new Dice(seed);
  const source = `query ($yes: Boolean!, $no: Boolean! = false, $n: Int) ${madeUpSelection(schema, 'Query', dice, 0)} ${MADE_UP_FRAGMENTS}`;
  const variables = { yes: dice.below(2) === 0, no: dice.below(2) === 0, n: 2 };
  const promises = dice.below(2) === 0;
  return { source, variables, root: new MadeUpData(schema, dice, { promises, trouble: !promises }).object('Query') };
}
